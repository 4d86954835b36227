//! Payloads to measure with: the JSON of a new item, with a text that differs from item to item.

/// What its words are made of: two or three syllables each, the frequent ones short.
const SYLLABLES: [&str; 32] = [
    "in", "voi", "ce", "pay", "ment", "re", "turn", "or", "der", "bas", "ket", "sto", "ck", "de",
    "li", "ver", "y", "ac", "count", "fil", "ter", "vou", "cher", "se", "ar", "ch", "pri", "la",
    "bel", "cus", "to", "mer",
];

/// Bytes of a payload.
pub(crate) const PAYLOAD_BYTES: usize = 512;

/// The event's JSON of item `n`. Its words come from some two thousand, a few of them often, which
/// makes it about as compressible as the prose of real items is.
pub(crate) fn payload(n: u64) -> Vec<u8> {
    let mut x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = move |below: u64| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x >> 11) % below
    };
    let head = format!(
        r#"{{"item":"ONLINE-{n}","domain":"online","kind":"{}","status":"new","title":""#,
        ["story", "task", "defect"][at(random(3))],
    );
    let tail = format!(
        r#"","labels":["web"],"people":["{:08x}"],"arrival":{{"turn_place":{n},"turn":{n},"place":{n}}}}}"#,
        random(50).wrapping_mul(0x9e37_79b9) & 0xffff_ffff,
    );
    let mut json = head;
    let mut titled = false;
    while json.len() < PAYLOAD_BYTES - tail.len() {
        if !titled && json.len() > 120 {
            json.push_str(r#"","text":""#);
            titled = true;
        }
        // A product, so that small numbers are frequent, as frequent words are.
        let rank = (1 + random(96)) * (1 + random(96));
        let mixed = rank.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        for part in 0..2 + mixed % 2 {
            json.push_str(SYLLABLES[at(mixed >> (5 * part + 1))]);
        }
        json.push(if random(12) == 0 { ',' } else { ' ' });
    }
    json.truncate(PAYLOAD_BYTES - tail.len());
    json.push_str(&tail);
    json.into_bytes()
}

fn at(index: u64) -> usize {
    usize::try_from(index).unwrap_or(0) % 32
}
