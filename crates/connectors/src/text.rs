//! Small things done with text: shortening a value for a message, finding the word that was meant, slugs.

use serde_json::Value;

/// A value as messages show it: in backticks, at most 60 characters, control characters escaped.
pub(crate) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    let escaped: String = short
        .chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] })
        .collect();
    format!("`{escaped}`")
}

/// What kind of JSON value this is, and which: "the number `5`", "a list of 3".
pub(crate) fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(yes) => format!("`{yes}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) => format!("the text {}", shown(text)),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Object(map) => {
            let keys: Vec<&str> = map.keys().take(5).map(String::as_str).collect();
            format!("an object with {}", shown(&keys.join(", ")))
        }
    }
}

/// The same as [`described`] without anything of the value, for fields that hold people.
pub(crate) fn described_secretly(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The candidate that was probably meant, if one is close enough to what was written.
pub(crate) fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = plain(written);
    candidates
        .into_iter()
        .take(200)
        .map(|candidate| (distance(&written, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| {
            let shorter = plain(candidate).len().min(written.len());
            *distance <= (shorter / 2).min(3)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "; did you mean `x`?", or nothing.
pub(crate) fn did_you_mean<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> String {
    nearest(written, candidates)
        .map_or_else(String::new, |near| format!("; did you mean {}?", shown(near)))
}

fn plain(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
}

/// The number of letters to insert, delete or change (Levenshtein).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        let mut left = i + 1;
        next.push(left);
        for (y, pair) in b.iter().zip(row.windows(2)) {
            let &[diagonal, above] = pair else { continue };
            left = (left + 1).min(above + 1).min(diagonal + usize::from(x != y));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(a.len())
}

/// Lower case, letters and digits of ASCII kept, the usual European letters written with them, all else a hyphen.
pub(crate) fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match folded(c) {
            Some(letters) => out.push_str(letters),
            None if c.is_ascii_alphanumeric() => out.push(c),
            None if out.ends_with('-') || out.is_empty() => {}
            None => out.push('-'),
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

fn folded(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ā' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'å' => "aa",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ř' => "r",
        'ß' => "ss",
        'ś' | 'š' => "s",
        'ť' | 'ţ' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'þ' => "th",
        // Marks that follow a letter, the apostrophe of "don't", the soft hyphen and the byte-order mark say nothing.
        '\u{300}'..='\u{36f}' | '\'' | '’' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => {
            ""
        }
        _ => return None,
    })
}

/// The first `http://` or `https://` address in a text, without the bracket, quote or comment around it.
pub(crate) fn first_url(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let start = match (lower.find("https://"), lower.find("http://")) {
        (Some(a), Some(b)) => a.min(b),
        (one, other) => one.or(other)?,
    };
    let url = text.get(start..)?;
    let end = url
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '|'))
        .unwrap_or(url.len());
    let mut url = url.get(..end)?;
    // A closing bracket belongs to the address only if the address opened one.
    while let Some(rest) = url.strip_suffix([')', ']', ',', '.', ';', '\'']) {
        let opened = |open, close| url.matches(open).count() >= url.matches(close).count();
        if (url.ends_with(')') && opened('(', ')')) || (url.ends_with(']') && opened('[', ']')) {
            break;
        }
        url = rest;
    }
    let bare = url.len() <= "https://".len() && url.ends_with('/');
    (!bare).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_has_only_small_letters_digits_and_single_hyphens() {
        for (text, want) in [
            ("Online Shop", "online-shop"),
            ("  Økonomi & Løn ", "oekonomi-loen"),
            ("don't / won't", "dont-wont"),
            ("API--v2!", "api-v2"),
            ("例え", ""),
        ] {
            assert_eq!(slug(text), want, "{text}");
        }
    }

    #[test]
    fn the_address_is_found_in_what_people_write_around_it() {
        for (text, want) in [
            ("https://a.example/x - the plan", Some("https://a.example/x")),
            ("[the plan](https://a.example/x_(y))", Some("https://a.example/x_(y)")),
            ("(see HTTP://a.example/x).", Some("HTTP://a.example/x")),
            ("https://", None),
            ("nothing here", None),
        ] {
            assert_eq!(first_url(text), want, "{text}");
        }
    }

    #[test]
    fn the_word_that_was_meant_is_found_if_it_is_close() {
        assert_eq!(nearest("titel", ["status", "title"]), Some("title"));
        assert_eq!(nearest("Story-Points", ["Story Points"]), Some("Story Points"));
        assert_eq!(nearest("form", ["join", "from"]), Some("from"));
        assert_eq!(nearest("zebra", ["title", "text"]), None);
        assert_eq!(nearest("l", ["t"]), None);
    }
}
