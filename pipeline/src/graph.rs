//! Names inside the ONNX graph of a model, which the exporter writes and the runtime looks for.

/// Operator domains.
pub mod domain {
    /// Domain of the standard operators.
    pub const STANDARD: &str = "";
    /// Domain of onnxruntime's own operators.
    pub const MICROSOFT: &str = "com.microsoft";
    /// Domain of the model-local function
    /// [`operator::TF_IDF_LINEAR`](super::operator::TF_IDF_LINEAR).
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
    /// Model-local function from raw text to logit; domain [`TEXT`](super::domain::TEXT).
    pub const TF_IDF_LINEAR: &str = "TfIdfLinear";
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
    /// Log-odds, float `[N]`.
    pub const LOGIT: &str = "logit";
    /// Whether the probability reaches the threshold, bool `[N]`.
    pub const IS_RELEVANT: &str = "is_relevant";
    /// Output: probability of relevance, float `[N]`.
    pub const PROBABILITY: &str = "probability";
    /// Output: label, string `[N]`.
    pub const LABEL: &str = "label";
}

/// Attributes of [`operator::TF_IDF_LINEAR`], which the function passes on to the operators of its
/// body.
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

    /// Every attribute, in the order in which the function declares them.
    pub const ALL: [&str; 6] = [
        TOKEN_PATTERN,
        MAX_GRAM_LENGTH,
        NGRAM_COUNTS,
        NGRAM_INDEXES,
        POOL_STRINGS,
        WEIGHTS,
    ];
}

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

/// Call of the function: texts to log-odds.
pub const CALL: Node = Node {
    operator: operator::TF_IDF_LINEAR,
    inputs: &[tensor::TEXT, tensor::COEFFICIENTS, tensor::INTERCEPT],
    output: tensor::LOGIT,
};

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
