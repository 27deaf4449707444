//! Encodings other than UTF-8: how they are told, and how a file is converted.

use std::path::Path;

use anyhow::anyhow;

/// Byte order mark of UTF-8.
pub const BOM: &[u8] = b"\xef\xbb\xbf";
/// Characters that a shell takes as they are.
const PLAIN: &str = "/._-+,:@%";

/// Returns an error for a file that begins as UTF-16.
pub fn check_utf_16(start: &[u8], file: &str) -> anyhow::Result<()> {
    let has_mark = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
    if has_mark {
        return Err(anyhow!(
            "it is UTF-16, not UTF-8: convert it with {}",
            iconv("UTF-16", file)
        ));
    }
    match half_of_zeros(start) {
        Some(encoding) => Err(anyhow!(
            "it is {encoding}, not UTF-8: convert it with {}",
            iconv(encoding, file)
        )),
        None => Ok(()),
    }
}

/// The error for bytes that are not UTF-8.
pub fn not_utf_8(file: &str) -> anyhow::Error {
    anyhow!(
        "it is not UTF-8: convert it with {}, or from the encoding that the file has",
        iconv("WINDOWS-1252", file)
    )
}

/// Name of an input in a shell's command, `FILE` for standard input.
pub fn shell_name(path: &Path) -> String {
    let name = path.to_string_lossy();
    if name == "-" {
        return "FILE".to_owned();
    }
    if name
        .chars()
        .all(|letter| letter.is_alphanumeric() || PLAIN.contains(letter))
    {
        return name.into_owned();
    }
    format!("'{}'", name.replace('\'', r"'\''"))
}

fn iconv(encoding: &str, file: &str) -> String {
    format!("`iconv -f {encoding} -t UTF-8 {file} > utf8.txt`")
}

/// The variant of UTF-16 whose Latin texts have these zeros.
fn half_of_zeros(start: &[u8]) -> Option<&'static str> {
    let zeros = |offset| {
        let bytes = start.iter().skip(offset).step_by(2);
        bytes.filter(|&&byte| byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let many = start.len() / 4;
    match (even, odd) {
        _ if start.len() < 4 => None,
        (0, odd) if odd > many => Some("UTF-16LE"),
        (even, 0) if even > many => Some("UTF-16BE"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_told_with_and_without_a_mark() {
        for (start, encoding) in [
            (&b"\xff\xfef\0l\0"[..], "-f UTF-16 "),
            (b"f\0l\0o\0", "-f UTF-16LE "),
            (b"\0f\0l\0o", "-f UTF-16BE "),
        ] {
            let error = check_utf_16(start, "a.txt").unwrap_err().to_string();
            assert!(
                error.contains(encoding) && error.contains("a.txt"),
                "{error}"
            );
        }
        check_utf_16(b"flood\0waters", "a.txt").unwrap();
        check_utf_16(b"", "a.txt").unwrap();
    }

    #[test]
    fn names_are_quoted_for_a_shell() {
        for (path, want) in [
            ("a/b.txt", "a/b.txt"),
            ("a b", "'a b'"),
            ("-", "FILE"),
            ("it's", r"'it'\''s'"),
        ] {
            assert_eq!(shell_name(Path::new(path)), want);
        }
    }
}
