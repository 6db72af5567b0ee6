"""Operators of ONNX's node tests that no spec is written of, each with the reason."""

BITS = "speaks of the bits of integers"
CONTROL = "decides by values what is computed"
DYNAMIC = "makes shapes that depend on values"
HALF = "is about types of numbers that the device does not have"
COMPLEX = "makes complex numbers"
SEQUENCES = "has lists of tensors, or none, as values"
STRINGS = "reads texts"
PICTURES = "samples at places that are calculated"
CACHES = "keeps a state between the calls of a server"
TREES = "is no part of a network"
DRAWS = "draws other random numbers than ours"
EXPANDED = "is a constant of the graph"

ABSENT = {
    **dict.fromkeys(["BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "BitCast"], BITS),
    **dict.fromkeys(["If", "Loop", "Scan"], CONTROL),
    **dict.fromkeys(["NonZero", "Unique", "NonMaxSuppression"], DYNAMIC),
    **dict.fromkeys(["Cast", "CastLike", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv",
                     "QLinearMatMul", "MatMulInteger", "ConvInteger"], HALF),
    **dict.fromkeys(["DFT", "STFT"], COMPLEX),
    **dict.fromkeys(["SequenceInsert", "SequenceMap", "SplitToSequence", "OptionalGetElement", "OptionalHasElement"],
                    SEQUENCES),
    **dict.fromkeys(["StringConcat", "StringNormalizer", "StringSplit", "RegexFullMatch", "TfIdfVectorizer", "LabelEncoder",
                     "ImageDecoder"], STRINGS),
    **dict.fromkeys(["GridSample", "AffineGrid", "RoiAlign", "DeformConv", "MaxUnpool"], PICTURES),
    **dict.fromkeys(["TensorScatter", "CausalConvWithState", "LinearAttention", "FlexAttention"], CACHES),
    **dict.fromkeys(["TreeEnsemble", "ArrayFeatureExtractor", "MelWeightMatrix"], TREES),
    "Bernoulli": DRAWS,
    "Constant": EXPANDED,
    "Det": "there are no determinants",
    "ScatterND": "writes over rows at places of several axes",
}
