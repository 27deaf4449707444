//! The side of the split that measures, with what the model says of it.

/// Texts that training never saw, their labels and the model's answers; place by place, `[texts]` each.
#[derive(Clone, Copy, Debug)]
pub struct TestSubset<'a> {
    /// The texts as they stand in the source.
    pub texts: &'a [&'a str],
    /// Whether a person called the text relevant.
    pub labels: &'a [bool],
    /// The model's probability that it is, 0 to 1.
    pub probabilities: &'a [f32],
}
