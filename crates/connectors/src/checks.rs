//! What the texts of a draft may be: lengths and characters.

use crate::{reference::Key, text::shown};

/// The most entries of each list of an item.
pub(crate) const MOST_LABELS: usize = 50;
pub(crate) const MOST_NAMES: usize = 9;
pub(crate) const MOST_OTHERS: usize = 50;

const LONGEST_TITLE: usize = 200;
const LONGEST_TEXT_BYTES: usize = 16 * 1024;
const LONGEST_LABEL: usize = 64;
const LONGEST_NAME: usize = 120;
/// A little less than fits, because keys are stored with their sort before them.
const LONGEST_LINK: usize = 490;
const LONGEST_REFERENCE: usize = 490;

/// A source link and its key.
pub(crate) fn source(text: &str) -> Result<(String, Key), String> {
    length(text, LONGEST_LINK, "")?;
    match Key::link(text) {
        Some(key) => Ok((text.to_owned(), key)),
        None => Err(format!(
            "{} is no absolute address without blanks, such as https://…; make one with `join`",
            shown(text)
        )),
    }
}

pub(crate) fn title(text: &str) -> Result<String, String> {
    let title = one_line(text)?;
    length(&title, LONGEST_TITLE, "; `change = [{ cut = 200 }]` cuts it")?;
    Ok(title)
}

pub(crate) fn text(text: &str) -> Result<String, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.len() > LONGEST_TEXT_BYTES {
        return Err(format!(
            "has {} bytes, at most {LONGEST_TEXT_BYTES} fit; `change = [{{ cut = 4000 }}]` cuts it",
            text.len()
        ));
    }
    no_control(&text, |c| c != '\n' && c != '\t')?;
    Ok(text)
}

pub(crate) fn label(text: &str) -> Result<String, String> {
    let label = one_line(text)?;
    length(&label, LONGEST_LABEL, "; `change = [{ cut = 64 }]` cuts it")?;
    Ok(label)
}

/// What the source calls a domain.
pub(crate) fn name(text: &str) -> Result<String, String> {
    let name = one_line(text)?;
    length(&name, LONGEST_NAME, "")?;
    Ok(name)
}

pub(crate) fn reference(text: &str) -> Result<String, String> {
    let reference = one_line(text)?;
    length(&reference, LONGEST_REFERENCE, "")?;
    Ok(reference)
}

pub(crate) fn at_most(count: usize, most: usize) -> Result<(), String> {
    if count > most { Err(format!("has {count} entries, at most {most} fit")) } else { Ok(()) }
}

/// Line breaks and tabs become blanks; nothing invisible stays at the ends.
fn one_line(text: &str) -> Result<String, String> {
    let blank = |c: char| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
    let line: String = text.replace("\r\n", "\n").chars().map(blank).collect();
    let invisible = |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}');
    let line = line.trim_matches(invisible);
    no_control(line, |_| true)?;
    if line.is_empty() {
        return Err("holds nothing that can be seen".to_owned());
    }
    Ok(line.to_owned())
}

fn length(text: &str, most: usize, advice: &str) -> Result<(), String> {
    let count = text.chars().count();
    if count > most {
        return Err(format!("{} has {count} characters, at most {most} fit{advice}", shown(text)));
    }
    Ok(())
}

fn no_control(text: &str, refused: impl Fn(char) -> bool) -> Result<(), String> {
    match text.chars().find(|c| c.is_control() && refused(*c)) {
        None => Ok(()),
        Some(c) => Err(format!(
            "holds the control character U+{:04X}; `change = [\"printable\"]` takes such out",
            u32::from(c)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_limits_to_the_letter() {
        assert!(title(&"é".repeat(200)).is_ok());
        assert!(title(&"é".repeat(201)).unwrap_err().contains("201 characters"));
        assert!(text(&"x".repeat(16 * 1024)).is_ok());
        assert!(text(&"x".repeat(16 * 1024 + 1)).is_err());
        assert!(label(&"x".repeat(64)).is_ok());
        assert!(label(&"x".repeat(65)).is_err());
        assert!(source(&format!("x:{}", "y".repeat(488))).is_ok());
        assert!(source(&format!("x:{}", "y".repeat(489))).is_err());
    }

    #[test]
    fn line_breaks_become_blanks_and_other_control_characters_are_refused() {
        assert_eq!(title("\u{200b}a\r\nb\tc \n").unwrap(), "a b c");
        assert_eq!(text("a\r\nb\rc\td").unwrap(), "a\nb\nc\td");
        assert!(title("a\u{7}").unwrap_err().contains("U+0007"));
        assert!(text("a\u{0}").unwrap_err().contains("U+0000"));
        assert!(title("\u{200b}").is_err());
    }
}
