//! The lists of values in the settings, compared with the values of a column.

use relevance_pipeline::Labels;

use super::label::Label;
use super::settings::LabelSettings;
use super::values::{LabelValue, canonical};

/// The lists of the settings, held against the values.
pub(super) struct Lists<'a> {
    pub values: &'a [LabelValue],
    pub settings: &'a LabelSettings,
}

impl<'a> Lists<'a> {
    fn all(&self) -> [(Label, &'a [String]); 3] {
        [
            (Label::Relevant, &self.settings.relevant),
            (Label::NotRelevant, &self.settings.not_relevant),
            (Label::CantDecide, &self.settings.undecided),
        ]
    }

    /// Returns the label whose list names the value.
    pub fn label(&self, value: &LabelValue) -> Option<Label> {
        let names_value = |&(_, list): &(Label, &[String])| {
            list.iter().any(|listed| self.names_value(listed, value))
        };
        let named = self.all().into_iter().find(names_value);

        // Feedback of the service has this name beside those of the classes.
        let is_undecided = value.text == Label::CantDecide.as_str();
        named
            .map(|(label, _)| label)
            .or_else(|| is_undecided.then_some(Label::CantDecide))
    }

    /// Returns the settings with the values of each label added to its list.
    pub fn settings_of(&self, labels: &[Option<Label>]) -> LabelSettings {
        let mut settings = self.settings.clone();
        for (value, label) in self.values.iter().zip(labels) {
            let list = match label {
                Some(Label::Relevant) => &mut settings.relevant,
                Some(Label::NotRelevant) => &mut settings.not_relevant,
                Some(Label::CantDecide) => &mut settings.undecided,
                None => continue,
            };
            if !list.iter().any(|listed| canonical(listed) == value.text) {
                list.push(value.text.clone());
            }
        }
        settings
    }

    /// Returns whether an item of a list names the value, regardless of case unless an item has exactly
    /// the case of the value.
    fn names_value(&self, listed: &str, value: &LabelValue) -> bool {
        let is_exact = |listed: &str| canonical(listed) == value.text;
        is_exact(listed)
            || canonical(listed).to_lowercase() == value.text.to_lowercase()
                && !self.items().any(|item| is_exact(item))
    }

    fn items(&self) -> impl Iterator<Item = &'a String> {
        self.all().into_iter().flat_map(|(_, list)| list)
    }

    /// Returns the label of values that no list names, if a list has `*`.
    pub fn any_other(&self) -> Option<Label> {
        let takes_any = |&(_, list): &(Label, &[String])| LabelSettings::takes_any_other(list);
        self.all()
            .into_iter()
            .find(takes_any)
            .map(|(label, _)| label)
    }

    /// Returns the items of the lists that name no value.
    pub fn absent(&self) -> Vec<String> {
        let names_none = |listed: &&String| {
            *listed != LabelSettings::ANY_OTHER
                && !self
                    .values
                    .iter()
                    .any(|value| self.names_value(listed, value))
        };
        self.items().filter(names_none).cloned().collect()
    }

    /// Returns the names of the classes: the values of a list, or what they are not.
    pub fn names(&self) -> Labels {
        let name = |list: &[String]| {
            (!LabelSettings::takes_any_other(list) && !list.is_empty()).then(|| {
                let values: Vec<_> = list.iter().map(|listed| listed.trim()).collect();
                values.join(" or ")
            })
        };
        let relevant = name(&self.settings.relevant);
        let not_relevant = name(&self.settings.not_relevant);

        let not = |other: &Option<String>| match other {
            Some(other) => format!("not {other}"),
            None => "other".to_owned(),
        };
        Labels {
            relevant: relevant.clone().unwrap_or_else(|| not(&not_relevant)),
            not_relevant: not_relevant.unwrap_or_else(|| not(&relevant)),
        }
    }
}
