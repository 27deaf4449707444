//! Labels that a solver fits, and their weights.

/// Label of each text, and its weight in the sum of the losses.
#[derive(Clone, Copy, Debug)]
pub struct Targets<'a> {
    /// Whether the text is relevant: `[texts]`.
    pub labels: &'a [bool],
    /// Weights, 0 or more: `[texts]`; none for a weight of 1 each.
    pub weights: Option<&'a [f64]>,
}

impl Targets<'_> {
    /// Returns the first targets, and the rest.
    pub(crate) fn split_at(self, texts: usize) -> (Self, Self) {
        let (labels, other_labels) = self.labels.split_at(texts);
        let (weights, other_weights) = self.weights.map(|weights| weights.split_at(texts)).unzip();

        let first = Self { labels, weights };
        let rest = Self {
            labels: other_labels,
            weights: other_weights,
        };
        (first, rest)
    }

    /// Returns the weight of a text.
    #[inline]
    pub(crate) fn weight(self, text: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[text])
    }
}

impl<'a> From<&'a [bool]> for Targets<'a> {
    fn from(labels: &'a [bool]) -> Self {
        Self {
            labels,
            weights: None,
        }
    }
}

impl<'a> From<&'a Vec<bool>> for Targets<'a> {
    fn from(labels: &'a Vec<bool>) -> Self {
        labels.as_slice().into()
    }
}
