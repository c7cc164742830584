"""Lexicon-guarded stems: a word is shortened only to another word that the lexicon knows.

A word that the lexicon has seen as a singular keeps its whole form, however it ends: ایران, تهران, مردم, جهان, استان,
سالم and نامه are their own stems. Careless stripping is worse than none.
"""

from functools import lru_cache

from indexer.persian.lexicon import Lexicon

# Broken plurals in everyday news, plural to singular, our own list, folded.
BROKEN_PLURALS: dict[str, str] = dict(
    pair.split(":")
    for pair in """
    اخبار:خبر افراد:فرد اشخاص:شخص اعضا:عضو اموال:مال اعمال:عمل افکار:فکر احزاب:حزب اقوام:قوم ارقام:رقم اسناد:سند
    اهداف:هدف آثار:اثر اثار:اثر ابعاد:بعد اعداد:عدد اوراق:ورق اوقات:وقت ایام:یوم اجسام:جسم اجزا:جز احکام:حکم ادوار:دور
    ارکان:رکن ازواج:زوج اسرار:سر اسلاف:سلف اشعار:شعر اشکال:شکل اصوات:صوت اضلاع:ضلع اعتاب:عتبه اقدام:اقدام الطاف:لطف
    امراض:مرض امواج:موج انواع:نوع انوار:نور اوصاف:وصف اوضاع:وضع اهالی:اهل القاب:لقب الفاظ:لفظ آداب:ادب اداب:ادب
    علما:عالم فقرا:فقیر وزرا:وزیر شعرا:شاعر سفرا:سفیر روسا:رییس فضلا:فاضل ادبا:ادیب شهدا:شهید امرا:امیر وکلا:وکیل
    مدارس:مدرسه مساجد:مسجد مراکز:مرکز مناطق:منطقه منابع:منبع مسایل:مسیله مشاغل:شغل مصارف:مصرف مطالب:مطلب معابر:معبر
    معادن:معدن معارف:معرفت مفاهیم:مفهوم مقادیر:مقدار مقاصد:مقصد ملل:ملت مواد:ماده موارد:مورد مواضع:موضع موانع:مانع
    منازل:منزل مناظر:منظره مناسک:منسک منافع:منفعت مراحل:مرحله مراسم:مراسم مراتع:مرتع مزارع:مزرعه مجالس:مجلس مجامع:مجمع
    محافل:محفل محاکم:محکمه محصولات:محصول مخازن:مخزن مذاهب:مذهب مدارک:مدرک مبالغ:مبلغ مبانی:مبنا
    جوامع:جامعه جوانب:جانب جرایم:جرم جزایر:جزیره جواهر:جوهر حوادث:حادثه حوزه:حوزه حدود:حد حقایق:حقیقت
    خطوط:خط دروس:درس دلایل:دلیل دول:دولت دفاتر:دفتر ذخایر:ذخیره روابط:رابطه رسوم:رسم رقبا:رقیب روایات:روایت
    سلاطین:سلطان سواحل:ساحل سوابق:سابقه سوانح:سانحه شرایط:شرط شواهد:شاهد شرکا:شریک شیون:شان صنایع:صنعت صفوف:صف
    صنوف:صنف ضمایم:ضمیمه ضوابط:ضابطه طرق:طریق طوایف:طایفه ظروف:ظرف عشایر:عشیره عقاید:عقیده عناوین:عنوان
    عناصر:عنصر عواقب:عاقبت عوامل:عامل عوارض:عارضه علوم:علم فصول:فصل فرق:فرقه فنون:فن فواید:فایده قبایل:قبیله
    قوانین:قانون قواعد:قاعده قلوب:قلب قرون:قرن قضات:قاضی کتب:کتاب کسبه:کاسب نقاط:نقطه نتایج:نتیجه نواحی:ناحیه
    نظرات:نظر نفوس:نفس وظایف:وظیفه وسایل:وسیله وقایع:واقعه ورثه:وارث هزاران:هزار
    """.split()
)

# Noun from adjective or adjective from noun by ی is undone only for stems of this length and more.
_SHORTEST = 3


class Stemmer:
    """Finds the stem of a folded part; results are cached by word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.stem = lru_cache(maxsize=200_000)(self._stem)

    def _stem(self, word: str) -> str:
        if word in BROKEN_PLURALS:
            return BROKEN_PLURALS[word]
        if (past := self._lexicon.verbs.get(word)) and not self._lexicon.is_attested(word):
            return past
        return self._plural_of_person(word) or self._plural(word) or self._of_ending_y(word) or word

    def _plural_of_person(self, word: str) -> str:
        """نویسندگان → نویسنده, دانشجویان → دانشجو."""
        if word.endswith("گان") and self._lexicon.is_attested(singular := word.removesuffix("گان") + "ه"):
            return singular
        if word.endswith("یان") and not self._lexicon.is_attested(word):
            singular = word.removesuffix("یان")
            return singular if len(singular) >= _SHORTEST and self._lexicon.is_attested(singular) else ""
        return ""

    def _plural(self, word: str) -> str:
        """معلمان → معلم, مقامات → مقام; a word seen as a singular stays (باران, حیات)."""
        if self._lexicon.is_attested(word) and word not in self._lexicon.plurals:
            return ""
        for suffix in ("ان", "ات", "ین"):
            singular = word.removesuffix(suffix)
            if singular != word and len(singular) >= _SHORTEST and self._lexicon.is_attested(singular):
                return singular
        return ""

    def _of_ending_y(self, word: str) -> str:
        """ایرانی → ایران, معلمی → معلم; not of words that are well known in themselves."""
        noun = word.removesuffix("ی")
        if noun == word or len(noun) < _SHORTEST or self._lexicon.is_attested(word):
            return ""
        return noun if self._lexicon.is_attested(noun) else ""
