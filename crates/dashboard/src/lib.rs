//! The dashboard's files, as they are handed to a browser. Their sources are in `web/`, and `cargo xtask web` builds them.
//!
//! Knows nothing of HTTP but the values of a few headers, and nothing of backlogs. A build without the files is a whole
//! one, too: there is no dashboard in it then.

use std::borrow::Cow;

use rust_embed::Embed;

#[derive(Embed)]
#[folder = "web/dist"]
#[exclude = ".made-of"]
#[allow_missing = true]
struct Files;

/// What a page of the dashboard may do: run its own scripts, look as its own sheets say, and ask this server. It writes no
/// markup from text (trusted types), is shown in no frame, and sends no form elsewhere.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// How long a browser may keep a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// For ever: its name changes with what is in it.
    Always,
    /// It has to ask each time whether it is still the same.
    Ask,
}

impl Keep {
    /// As the value of `Cache-Control`.
    #[must_use]
    pub fn cache_control(self) -> &'static str {
        match self {
            Self::Always => "public, max-age=31536000, immutable",
            Self::Ask => "no-cache",
        }
    }
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Brotli.
    Brotli,
    /// gzip.
    Gzip,
    /// Not at all.
    Plain,
}

impl Packing {
    /// As the value of `Content-Encoding`; `None` if it is not packed.
    #[must_use]
    pub fn content_encoding(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Plain => None,
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Plain => "",
        }
    }

    /// Whether whoever sent this `Accept-Encoding` can unpack it.
    fn is_accepted(self, accepted: &str) -> bool {
        let Some(name) = self.content_encoding() else { return true };
        accepted.split(',').any(|one| {
            let mut parts = one.split(';').map(str::trim);
            parts.next() == Some(name) && parts.all(|part| part != "q=0")
        })
    }
}

/// A file for a browser.
#[derive(Clone, Debug)]
pub struct File {
    /// What is in it, packed as `packing` says.
    pub bytes: Cow<'static, [u8]>,
    /// How it is packed.
    pub packing: Packing,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// How long it may be kept.
    pub keep: Keep,
    /// The value of `ETag`, with its quotation marks.
    pub tag: String,
}

/// The page that all addresses of the dashboard show; its script reads the address. `None` if there is no dashboard in
/// this build.
#[must_use]
pub fn page(accept_encoding: &str) -> Option<File> {
    packed("index.html", accept_encoding, Keep::Ask)
}

/// A file that the page asks for, by its path below `/assets/`. `None` if there is none of that name.
#[must_use]
pub fn asset(path: &str, accept_encoding: &str) -> Option<File> {
    // A build for development reads from a folder, where a name may lead back up.
    let is_name = |part: &str| !part.is_empty() && !part.starts_with('.');
    if !path.split(['/', '\\']).all(is_name) {
        return None;
    }
    packed(&format!("assets/{path}"), accept_encoding, Keep::Always)
}

fn packed(path: &str, accept_encoding: &str, keep: Keep) -> Option<File> {
    let content_type = content_type(path)?;
    [Packing::Brotli, Packing::Gzip, Packing::Plain]
        .into_iter()
        .filter(|packing| packing.is_accepted(accept_encoding))
        .find_map(|packing| {
            let file = Files::get(&format!("{path}{}", packing.ending()))?;
            let hash = file.metadata.sha256_hash();
            let tag = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect::<String>();
            Some(File { bytes: file.data, packing, content_type, keep, tag: format!("\"{tag}\"") })
        })
}

/// What files of the dashboard are, by the end of their name. Others are not handed out, as the packed ones by their own name.
fn content_type(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1 {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "json" => Some("application/json"),
        "svg" => Some("image/svg+xml"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_accepted_is_sent() {
        let check = |accepted: &str, expected: [bool; 3]| {
            let all = [Packing::Brotli, Packing::Gzip, Packing::Plain];
            assert_eq!(all.map(|packing| packing.is_accepted(accepted)), expected, "{accepted}");
        };
        check("", [false, false, true]);
        check("gzip, deflate, br, zstd", [true, true, true]);
        check("gzip;q=0.8, br;q=0", [false, true, true]);
        check("brotli", [false, false, true]);
    }

    #[test]
    fn what_is_no_file_of_a_page_is_not_handed_out() {
        for path in ["", "../Cargo.toml", "..", ".made-of", "index.html.br", "a/../../index.html"] {
            assert!(asset(path, "br").is_none(), "{path}");
        }
        for path in ["../index.html", "..\\index.html", "./../index.html", "/../index.html"] {
            assert!(asset(path, "").is_none(), "{path}");
        }
    }
}
