//! A letter as a page of its own: one column, by day and by night, without a picture or anything from elsewhere. What counts is
//! said in the tags themselves, as some programs take styles away.

use super::{Act, Digest, Fact, Pieces, Value};
use crate::Language;

/// By night, where a program tells; and on narrow screens.
const STYLE: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\n\
@media (max-width:480px){.card{padding:20px!important;border-radius:0!important;border-left:0!important;border-right:0!important}\
.page{padding:0!important}th,td{display:block!important;padding:0!important}td{padding-bottom:12px!important}\
.button{display:block!important;text-align:center}}\n\
@media (prefers-color-scheme:dark){.page{background:#15181b!important}.card{background:#1f2327!important;border-color:#343a40!important}\
.ink{color:#eceff1!important}.soft{color:#a3adb5!important}.rule{border-color:#343a40!important}.note{background:#2a3036!important}\
.button{background:#8fc1e8!important;color:#10202d!important}}";

const FONT: &str =
    "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const MONO: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";

pub(super) fn written(pieces: &Pieces, language: Language) -> String {
    let body = format!("{}{}", product(&pieces.product), entry(pieces, "h1", 22));
    shell(&pieces.head, &body, &pieces.foot, language)
}

/// A letter of several notices, one below the other.
pub(super) fn gathered(digest: &Digest, language: Language) -> String {
    let mut body = product(&digest.product);
    body.push_str(&heading(&digest.head, "h1", 22));
    body.push_str(&paragraph("soft", "margin:4px 0 0;color:#5b6670", digest.intro));
    for pieces in &digest.each {
        body.push_str(&format!(
            "<div class=\"rule\" style=\"margin:24px 0 0;padding-top:20px;border-top:1px solid #dfe3e6\">\n{}</div>\n",
            entry(pieces, "h2", 18)
        ));
    }
    shell(&digest.head, &body, &digest.foot, language)
}

fn product(name: &str) -> String {
    paragraph("soft", "margin:0 0 4px;font-size:14px;color:#5b6670", name)
}

fn heading(text: &str, tag: &str, size: u8) -> String {
    format!(
        "<{tag} class=\"ink\" style=\"margin:0 0 4px;font-size:{size}px;line-height:1.3;font-weight:600;color:#1b2226\">{}</{tag}>\n",
        escape(text)
    )
}

/// A paragraph; nothing of nothing.
fn paragraph(class: &str, style: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("<p class=\"{class}\" style=\"{style}\">{}</p>\n", escape(text))
}

/// All that a notice says; its head as this tag, so many pixels high.
fn entry(pieces: &Pieces, tag: &str, size: u8) -> String {
    let mut body = heading(&pieces.head, tag, size);
    let title = "margin:0 0 4px;font-size:18px;line-height:1.4;color:#1b2226";
    let title = if size < 20 { "margin:0 0 4px;line-height:1.4;color:#1b2226" } else { title };
    body.push_str(&paragraph("ink", title, &pieces.title));
    body.push_str(&paragraph("ink", "margin:16px 0 0;color:#1b2226", &pieces.happened));
    let why = "margin:4px 0 0;font-weight:600;color:#1b2226";
    body.push_str(&paragraph("ink", why, pieces.concern));
    body.push_str(&facts(&pieces.facts));
    let note =
        "margin:0 0 20px;padding:12px 16px;background:#f3f5f6;border-radius:6px;color:#1b2226";
    body.push_str(&paragraph("ink note", note, &pieces.otherwise));
    body.push_str(&act(&pieces.act));
    body.push('\n');
    body
}

fn shell(title: &str, body: &str, foot: &str, language: Language) -> String {
    let tag = language.tag();
    let style = "margin:24px 0 0;padding-top:16px;border-top:1px solid #dfe3e6;font-size:13px;color:#5b6670";
    let foot = paragraph("soft rule", style, foot);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>\n{STYLE}\n</style>\n</head>\n\
         <body class=\"page\" style=\"margin:0;padding:24px;background:#f3f5f6\">\n\
         <div class=\"card\" style=\"max-width:560px;margin:0 auto;padding:28px 32px;background:#ffffff;border:1px solid #dfe3e6;border-radius:8px;font:16px/1.5 {FONT};overflow-wrap:anywhere\">\n\
         {body}{foot}</div>\n</body>\n</html>\n",
        escape(title)
    )
}

fn facts(facts: &[Fact]) -> String {
    let mut rows = String::new();
    for fact in facts {
        let value = match &fact.value {
            Value::Plain(value) => escape(value).replace("\r\n", "\n").replace('\n', "<br>"),
            Value::List(list) => {
                let items = list.iter().map(|one| format!("<li>{}</li>", escape(one)));
                let items: String = items.collect();
                format!("<ol style=\"margin:0;padding:0 0 0 20px\">{items}</ol>")
            }
        };
        rows.push_str(&format!(
            "<tr><th class=\"soft\" scope=\"row\" style=\"text-align:left;vertical-align:top;padding:4px 20px 4px 0;font-weight:400;white-space:nowrap;color:#5b6670\">{}</th>\
             <td class=\"ink\" style=\"vertical-align:top;padding:4px 0;color:#1b2226\">{value}</td></tr>\n",
            escape(fact.label)
        ));
    }
    format!("<table style=\"border-collapse:collapse;margin:20px 0 20px\">\n{rows}</table>")
}

fn act(act: &Act) -> String {
    match act {
        Act::Nothing => String::new(),
        Act::Page(name, address) => format!(
            "<p style=\"margin:0\"><a class=\"button\" href=\"{}\" style=\"display:inline-block;padding:10px 20px;background:#1d5c8f;border-radius:6px;color:#ffffff;font-weight:600;text-decoration:none\">{}</a></p>",
            escape(address),
            escape(name)
        ),
        Act::Commands(commands) => {
            let each = commands.iter().map(|(what, command)| {
                format!(
                    "<p class=\"soft\" style=\"margin:0 0 12px;font-size:14px;color:#5b6670\">{}<br>{}</p>",
                    escape(what),
                    code(command)
                )
            });
            each.collect()
        }
    }
}

fn code(command: &str) -> String {
    format!(
        "<code class=\"ink\" style=\"font:13px/1.6 {MONO};color:#1b2226\">{}</code>",
        escape(command)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
