//! Names inside the ONNX graph of a model, which the exporter writes and the runtime looks for.

/// Operator domains.
pub mod domain {
    /// Domain of the standard operators.
    pub const STANDARD: &str = "";
    /// Domain of onnxruntime's own operators.
    pub const MICROSOFT: &str = "com.microsoft";
    /// Domain of the standard operators for machine learning.
    pub const MACHINE_LEARNING: &str = "ai.onnx.ml";
    /// Domain of the model-local functions from raw text to logit.
    pub const TEXT: &str = "relevance.text";
}

/// Operators and functions, as `op_type` spells them.
pub mod operator {
    /// Splits texts into tokens; domain [`MICROSOFT`](super::domain::MICROSOFT).
    pub const TOKENIZER: &str = "Tokenizer";
    /// Changes the case of tokens; domain [`STANDARD`](super::domain::STANDARD).
    pub const STRING_NORMALIZER: &str = "StringNormalizer";
    /// Weights the n-grams of tokens; domain [`STANDARD`](super::domain::STANDARD).
    pub const TF_IDF_VECTORIZER: &str = "TfIdfVectorizer";
    /// Folds characters; domain [`MACHINE_LEARNING`](super::domain::MACHINE_LEARNING).
    pub const LABEL_ENCODER: &str = "LabelEncoder";
    /// Model-local function from raw text to logit by the terms of tokens; domain
    /// [`TEXT`](super::domain::TEXT).
    pub const TF_IDF_LINEAR: &str = "TfIdfLinear";
    /// The same by character n-grams.
    pub const CHARACTER_TF_IDF_LINEAR: &str = "CharacterTfIdfLinear";
    /// The same by both.
    pub const UNION_TF_IDF_LINEAR: &str = "UnionTfIdfLinear";
}

/// Inputs, outputs, initializers and intermediate values of the main graph.
pub mod tensor {
    /// Input: raw texts, string `[N]`.
    pub const TEXT: &str = "text";
    /// Input of the graph without strings: term counts, float `[N, vocabulary]`.
    pub const FEATURES: &str = "features";
    /// Initializer of the graph without strings: inverse document frequencies, float
    /// `[vocabulary]`.
    pub const IDF: &str = "idf";
    /// Initializer: weights of the linear model, float `[vocabulary, 1]`.
    pub const COEFFICIENTS: &str = "coefficients";
    /// Initializer: inverse document frequencies of the character n-grams, float `[ngrams]`.
    pub const CHARACTER_IDF: &str = "character_idf";
    /// Initializer: weights of the character n-grams in the linear model, float `[ngrams, 1]`.
    pub const CHARACTER_COEFFICIENTS: &str = "character_coefficients";
    /// Initializer: intercept of the linear model, float `[1]`.
    pub const INTERCEPT: &str = "intercept";
    /// Initializer: smallest probability of a relevant text, float `[1]`.
    pub const THRESHOLD: &str = "threshold";
    /// Initializer: label of relevant texts, string `[1]`.
    pub const RELEVANT_LABEL: &str = "relevant_label";
    /// Initializer: label of the other texts, string `[1]`.
    pub const NOT_RELEVANT_LABEL: &str = "not_relevant_label";
    /// TF-IDF rows before normalisation, float `[N, vocabulary]`.
    pub const WEIGHTED: &str = "weighted";
    /// Counts of the character n-grams, float `[N, ngrams]`.
    pub const CHARACTER_COUNTS: &str = "character_counts";
    /// Log-odds, float `[N]`.
    pub const LOGIT: &str = "logit";
    /// Whether the probability reaches the threshold, bool `[N]`.
    pub const IS_RELEVANT: &str = "is_relevant";
    /// Output: probability of relevance, float `[N]`.
    pub const PROBABILITY: &str = "probability";
    /// Output: label, string `[N]`.
    pub const LABEL: &str = "label";
}

/// Attributes of the functions, which they pass on to the operators of their bodies.
pub mod attribute {
    /// Regular expression of a token.
    pub const TOKEN_PATTERN: &str = "tokenexp";
    /// Length of the longest n-gram.
    pub const MAX_GRAM_LENGTH: &str = "max_gram_length";
    /// Offsets in the pool at which the n-grams of each length start.
    pub const NGRAM_COUNTS: &str = "ngram_counts";
    /// Column of each n-gram.
    pub const NGRAM_INDEXES: &str = "ngram_indexes";
    /// Tokens of all n-grams, one after the other.
    pub const POOL_STRINGS: &str = "pool_strings";
    /// Inverse document frequency of each n-gram.
    pub const WEIGHTS: &str = "weights";

    /// Characters with a known folded form.
    pub const FOLDING_KEYS: &str = "folding_keys";
    /// Folded form of each of them.
    pub const FOLDING_VALUES: &str = "folding_values";
    /// Length of the shortest character n-gram.
    pub const CHARACTER_MIN_LENGTH: &str = "character_min_length";
    /// Length of the longest character n-gram.
    pub const CHARACTER_MAX_LENGTH: &str = "character_max_length";
    /// Offsets in the pool at which the character n-grams of each length start.
    pub const CHARACTER_NGRAM_COUNTS: &str = "character_ngram_counts";
    /// Column of each character n-gram.
    pub const CHARACTER_NGRAM_INDEXES: &str = "character_ngram_indexes";
    /// Characters of all n-grams, one after the other.
    pub const CHARACTER_POOL: &str = "character_pool";

    /// Attributes of the functions with terms of tokens, in the order in which they declare them.
    pub const WORDS: [&str; 6] = [
        TOKEN_PATTERN,
        MAX_GRAM_LENGTH,
        NGRAM_COUNTS,
        NGRAM_INDEXES,
        POOL_STRINGS,
        WEIGHTS,
    ];

    /// Attributes of the functions with character n-grams, in the order in which they declare them.
    pub const CHARACTERS: [&str; 7] = [
        FOLDING_KEYS,
        FOLDING_VALUES,
        CHARACTER_MIN_LENGTH,
        CHARACTER_MAX_LENGTH,
        CHARACTER_NGRAM_COUNTS,
        CHARACTER_NGRAM_INDEXES,
        CHARACTER_POOL,
    ];
}

/// Regular expression of one character, whatever it is.
pub const CHARACTER_PATTERN: &str = "(?s).";

/// Keys of the model file's metadata that loading needs.
pub mod metadata {
    /// Name of the model.
    pub const NAME: &str = "name";
    /// Digest of the training data, the settings and the tool.
    pub const FINGERPRINT: &str = "version";
    /// Label of relevant texts.
    pub const RELEVANT_LABEL: &str = "label.relevant";
    /// Label of the other texts.
    pub const NOT_RELEVANT_LABEL: &str = "label.not_relevant";
    /// Smallest probability of a relevant text.
    pub const THRESHOLD: &str = "threshold";
    /// Length of the longest n-gram.
    pub const NGRAM_MAX: &str = "ngram_max";
    /// Which characters tokens consist of.
    pub const TOKEN_CHARACTERS: &str = "token_characters";
    /// Kinds of terms of a model with character n-grams: `char` or `both`.
    pub const ANALYZER: &str = "analyzer";
    /// Length of the shortest character n-gram.
    pub const CHAR_NGRAM_MIN: &str = "char_ngram_min";
    /// Length of the longest character n-gram.
    pub const CHAR_NGRAM_MAX: &str = "char_ngram_max";
    /// Golden sentences, as a JSON array.
    pub const GOLDEN: &str = "golden";
}

/// A node of the main graph with one output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Operator or function.
    pub operator: &'static str,
    /// Names of the inputs, in their order.
    pub inputs: &'static [&'static str],
    /// Name of the output.
    pub output: &'static str,
}

/// Call of the function of models with terms of tokens: texts to log-odds.
pub const WORD_CALL: Node = Node {
    operator: operator::TF_IDF_LINEAR,
    inputs: &[tensor::TEXT, tensor::COEFFICIENTS, tensor::INTERCEPT],
    output: tensor::LOGIT,
};

/// The same for models with character n-grams.
pub const CHARACTER_CALL: Node = Node {
    operator: operator::CHARACTER_TF_IDF_LINEAR,
    inputs: &[
        tensor::TEXT,
        tensor::CHARACTER_IDF,
        tensor::CHARACTER_COEFFICIENTS,
        tensor::INTERCEPT,
    ],
    output: tensor::LOGIT,
};

/// The same for models with both.
pub const UNION_CALL: Node = Node {
    operator: operator::UNION_TF_IDF_LINEAR,
    inputs: &[
        tensor::TEXT,
        tensor::COEFFICIENTS,
        tensor::CHARACTER_IDF,
        tensor::CHARACTER_COEFFICIENTS,
        tensor::INTERCEPT,
    ],
    output: tensor::LOGIT,
};

/// Calls of the functions.
pub const CALLS: [Node; 3] = [WORD_CALL, CHARACTER_CALL, UNION_CALL];

/// Log-odds to probability and label: the nodes of
/// [`Prediction::from_logit`](crate::Prediction::from_logit).
pub const PREDICTION: [Node; 3] = [
    Node {
        operator: "Sigmoid",
        inputs: &[tensor::LOGIT],
        output: tensor::PROBABILITY,
    },
    Node {
        operator: "GreaterOrEqual",
        inputs: &[tensor::PROBABILITY, tensor::THRESHOLD],
        output: tensor::IS_RELEVANT,
    },
    Node {
        operator: "Where",
        inputs: &[
            tensor::IS_RELEVANT,
            tensor::RELEVANT_LABEL,
            tensor::NOT_RELEVANT_LABEL,
        ],
        output: tensor::LABEL,
    },
];
