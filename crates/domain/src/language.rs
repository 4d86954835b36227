//! The languages that people read: which there are, which of them somebody asks for, and what every text needs of them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{day::Day, ids::Malformed};

/// A language that people are written to in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Danish.
    Da,
    /// Dutch.
    Nl,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::Da, Self::Nl];

    /// As in HTML: `en`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Da => "da",
            Self::Nl => "nl",
        }
    }

    /// By its tag.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The one that is asked for by `accept-language` (RFC 9110, 12.5.4) and is there: of those with the greatest quality the first
    /// named. English, if nothing is asked for or nothing of it is there.
    #[must_use]
    pub fn asked(accept: &str) -> Self {
        let mut best = (0.0, Self::default());
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = parts.find_map(|part| part.strip_prefix("q=")).map(str::parse::<f32>);
            let quality = quality.map_or(1.0, |quality| quality.unwrap_or(0.0));
            let primary = tag.split('-').next().unwrap_or_default();
            if let Some(language) = Self::of(primary)
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
    }

    /// The one of three texts: English, Danish, Dutch.
    #[must_use]
    pub const fn pick(self, [en, da, nl]: [&str; 3]) -> &str {
        match self {
            Self::En => en,
            Self::Da => da,
            Self::Nl => nl,
        }
    }

    /// The name of a month, 1 to 12.
    #[must_use]
    pub const fn month(self, month: u8) -> &'static str {
        self.pick(match month {
            1 => ["January", "januar", "januari"],
            2 => ["February", "februar", "februari"],
            3 => ["March", "marts", "maart"],
            4 => ["April", "april", "april"],
            5 => ["May", "maj", "mei"],
            6 => ["June", "juni", "juni"],
            7 => ["July", "juli", "juli"],
            8 => ["August", "august", "augustus"],
            9 => ["September", "september", "september"],
            10 => ["October", "oktober", "oktober"],
            11 => ["November", "november", "november"],
            _ => ["December", "december", "december"],
        })
    }

    /// A day in a sentence: "2026-11-25", "25. november 2026", "25 november 2026".
    #[must_use]
    pub fn day(self, day: Day) -> String {
        let (year, month, date) = (day.year(), self.month(day.month()), day.day());
        match self {
            Self::En => day.to_string(),
            Self::Da => format!("{date}. {month} {year}"),
            Self::Nl => format!("{date} {month} {year}"),
        }
    }
}

impl FromStr for Language {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::of(text).ok_or_else(|| Malformed::new("language", text, "one of en, da, nl"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_language_that_is_there_is_taken() {
        for (asked, expected) in [
            ("", Language::En),
            ("da", Language::Da),
            ("nl-BE, nl;q=0.9, en;q=0.8", Language::Nl),
            ("da-DK,da;q=0.9,en;q=0.5", Language::Da),
            ("fr, da;q=0.4, nl;q=0.5", Language::Nl),
            ("DA-dk;q=0.1", Language::Da),
            ("en;q=0.5, da;q=0", Language::En),
            ("fr", Language::En),
            ("*", Language::En),
            ("da;q=x, ;;,", Language::En),
        ] {
            assert_eq!(Language::asked(asked), expected, "{asked}");
        }
    }

    #[test]
    fn a_day_is_written_as_each_writes_it() {
        let day = "2026-11-05".parse().unwrap();
        let written = Language::ALL.map(|language| language.day(day));
        assert_eq!(written, ["2026-11-05", "5. november 2026", "5 november 2026"]);
    }
}
