//! A letter as text: short lines, facts below each other, an address or a command on a line of its own.

use super::{Act, Digest, Pieces, Value};

/// Longest line, where it can be broken: what is quoted once more stays below 80 (RFC 3676, 4.2).
const WIDTH: usize = 76;

pub(super) fn written(pieces: &Pieces) -> String {
    let mut text = format!("{}\n", pieces.head);
    entry(&mut text, pieces);
    signed(&mut text, &pieces.foot);
    text
}

/// A letter of several notices, numbered.
pub(super) fn gathered(digest: &Digest) -> String {
    let mut text = format!("{}\n", digest.head);
    add(&mut text, "", "", digest.intro);
    for (no, pieces) in (1..).zip(&digest.each) {
        text.push('\n');
        add(&mut text, "", "", &format!("{no}. {}", pieces.head));
        entry(&mut text, pieces);
    }
    signed(&mut text, &digest.foot);
    text
}

fn signed(text: &mut String, foot: &str) {
    text.push_str("\n-- \n");
    add(text, "", "", foot);
}

/// All that a notice says below its head.
fn entry(text: &mut String, pieces: &Pieces) {
    add(text, "", "", &pieces.title);
    text.push('\n');
    add(text, "", "", &pieces.happened);
    add(text, "", "", pieces.concern);
    text.push('\n');
    let widest = pieces.facts.iter().map(|fact| fact.label.chars().count()).max();
    let widest = widest.unwrap_or_default() + 3;
    let indent = " ".repeat(widest);
    for fact in &pieces.facts {
        let first = format!("{:widest$}", format!("{}:", fact.label));
        match &fact.value {
            Value::Plain(value) => add(text, &first, &indent, value),
            Value::List(list) => {
                for (no, one) in (1..).zip(list) {
                    let first = if no == 1 { &first } else { &indent };
                    add(text, first, &indent, &format!("{no}. {one}"));
                }
            }
        }
    }
    if !pieces.otherwise.is_empty() {
        text.push('\n');
        add(text, "", "", &pieces.otherwise);
    }
    match &pieces.act {
        Act::Nothing => {}
        Act::Page(name, address) => text.push_str(&format!("\n{name}:\n{address}\n")),
        Act::Commands(commands) => {
            text.push('\n');
            for (what, command) in commands {
                text.push_str(&format!("{what}\n    {command}\n"));
            }
        }
    }
}

/// Adds the lines of a value: the first one after `first`, the others after `indent`. Nothing is added of nothing.
fn add(text: &mut String, first: &str, indent: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    let mut begin = first;
    for line in value.lines() {
        let mut rest = begin.to_owned();
        let mut empty = true;
        for word in line.split(' ') {
            let longer = rest.chars().count() + 1 + word.chars().count();
            if !empty && longer > WIDTH {
                text.push_str(rest.trim_end());
                text.push('\n');
                (rest, empty) = (indent.to_owned(), true);
            }
            if !empty {
                rest.push(' ');
            }
            rest.push_str(word);
            empty = false;
        }
        text.push_str(rest.trim_end());
        text.push('\n');
        begin = indent;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_what_people_wrote_keeps_its_own() {
        let mut text = String::new();
        add(&mut text, "Reason:  ", "         ", &format!("{}end\n\nNext", "word ".repeat(14)));
        let words = "word ".repeat(13);
        assert_eq!(
            text,
            format!("Reason:  {}\n         word end\n\n         Next\n", words.trim_end())
        );
        text.clear();
        add(&mut text, "", "", &"x".repeat(100));
        assert_eq!(text.len(), 101, "what cannot be broken is not");
    }
}
