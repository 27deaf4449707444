//! Settings that flags change.

/// Changes a setting whose flag is given.
pub fn set<T>(setting: &mut T, flag: Option<T>) {
    if let Some(value) = flag {
        *setting = value;
    }
}
