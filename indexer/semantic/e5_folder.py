"""Writes a packed e5 model out as an ordinary SentenceTransformer folder, float32."""

import json
import shutil
from pathlib import Path

from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from indexer.semantic.e5_bundle import MAX_TOKENS, PROMPTS
from indexer.semantic.e5_file import E5Config, E5File, E5Vocabulary

# When sentence-transformers encodes passages, it looks for the prompt "document" first.
_PROMPTS = {**PROMPTS, "document": PROMPTS["passage"]}

_LINEAR = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_SUFFIX = {"w": "weight", "b": "bias"}

# XLM-R's character map does two things beyond NFKC. It drops control characters, and it turns white space,
# the half-space (U+200C) and directional marks into spaces.
_DROPPED = "[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
_BLANK = "[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"


def write_folder(model: E5File, folder: Path) -> None:
    """Write `model` into `folder`, which must exist and be empty.

    Raises OSError or SafetensorError if a file cannot be written.
    """
    for name, content in _configuration(model).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / "tokenizer.json").write_text(_tokenizer(model.vocabulary).to_str(), encoding="utf-8")
    weights = folder / "model.safetensors"
    tensors = {_bert_name(name): model.tensor(name) for name in model.names}
    save_file(tensors, weights, metadata={"format": "pt"})
    # safetensors makes its file private, but a cache may be shared: use the permissions that the umask gives.
    shutil.copymode(folder / "config.json", weights)


def _bert_name(name: str) -> str:
    """Return BertModel's name of a tensor: `l3.fi.w` is `encoder.layer.3.intermediate.dense.weight`."""
    embedding = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}
    match name.split("."):
        case ["emb", "ln", suffix]:
            return f"embeddings.LayerNorm.{_SUFFIX[suffix]}"
        case ["emb", table]:
            return f"embeddings.{embedding[table]}.weight"
        case [layer, part, suffix]:
            return f"encoder.layer.{layer.removeprefix('l')}.{_LINEAR[part]}.{_SUFFIX[suffix]}"
    raise KeyError(name)


def _tokenizer(vocabulary: E5Vocabulary) -> Tokenizer:
    """Return XLM-R's tokenizer: unigram pieces, words marked with ▁, `<s> … </s>` around the text."""
    pieces = vocabulary.pieces
    tokenizer = Tokenizer(
        models.Unigram(
            list(zip(pieces, vocabulary.scores.tolist(), strict=True)), vocabulary.unk, byte_fallback=False
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_DROPPED), ""),
            normalizers.Replace(Regex(_BLANK), " "),
            normalizers.NFKC(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    bos, eos = pieces[vocabulary.bos], pieces[vocabulary.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    special = [pieces[index] for index in (vocabulary.bos, vocabulary.pad, vocabulary.eos, vocabulary.unk)]
    tokenizer.add_special_tokens([AddedToken(piece, normalized=False) for piece in special])
    return tokenizer


def _configuration(model: E5File) -> dict[str, object]:
    """Return the contents of the JSON files, in forms that every version of sentence-transformers reads."""
    modules = ["Transformer", "Pooling", "Normalize"]
    paths = ["", "1_Pooling", "2_Normalize"]
    return {
        "config.json": _bert_config(model.config, model.vocabulary),
        "tokenizer_config.json": _tokenizer_config(model.vocabulary),
        "modules.json": [
            {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{module}"}
            for index, (module, path) in enumerate(zip(modules, paths, strict=True))
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": model.config.hidden,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_cls_token": False,
            "pooling_mode_max_tokens": False,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": _PROMPTS, "similarity_fn_name": "cosine"},
    }


def _bert_config(config: E5Config, vocabulary: E5Vocabulary) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": config.hidden,
        "num_hidden_layers": config.layers,
        "num_attention_heads": config.heads,
        "intermediate_size": config.feed_forward,
        "hidden_act": "gelu",
        "vocab_size": config.vocabulary,
        "max_position_embeddings": config.positions,
        "type_vocab_size": config.token_types,
        "layer_norm_eps": config.epsilon,
        "pad_token_id": vocabulary.pad,
        "torch_dtype": "float32",
    }


def _tokenizer_config(vocabulary: E5Vocabulary) -> dict[str, object]:
    special = {"bos": vocabulary.bos, "eos": vocabulary.eos, "pad": vocabulary.pad, "unk": vocabulary.unk}
    special |= {"cls": vocabulary.bos, "sep": vocabulary.eos}
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",  # uses tokenizer.json unchanged
        "model_max_length": MAX_TOKENS,
        "model_input_names": ["input_ids", "attention_mask"],
        "clean_up_tokenization_spaces": False,
        **{f"{role}_token": vocabulary.pieces[index] for role, index in special.items()},
    }
