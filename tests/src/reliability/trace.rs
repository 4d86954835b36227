//! What `strace -f -y -xx` saw of a server: its writes, syncs and names of files, and when it sent which answer.
//!
//! # Why this is sound
//! `strace` stops each thread where a system call begins and where it ends, and writes both down in the order in which
//! they happened. A thread that waits for another's sync cannot send before `strace` has seen the sync end. So a line
//! that is above another one in the file is not caused by it, and a cut between two lines is a state that a power cut
//! can leave: calls that have begun may have done anything of what they do, calls that have ended have ended.
//!
//! Which commits are acknowledged at a cut is read from the same file: an answer is acknowledged as soon as the call
//! *begins* that hands its bytes to the socket. The receipt in it is `product` (field 1), `version` (field 2) and `time`
//! (field 3) of a protobuf message, which HTTP/2 carries as it is; the tests check that each version that a client was
//! given was found in the trace.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

/// Arguments of `strace` for such a trace.
#[must_use]
pub fn arguments(file: &Path) -> Vec<String> {
    let calls = "openat,pwrite64,write,pwritev,writev,sendto,sendmsg,fdatasync,fsync,sync_file_range,ftruncate,\
                 fallocate,rename,renameat,renameat2,unlink,unlinkat,mkdir";
    let fixed = ["--seccomp-bpf", "-y", "-xx", "-s", "16000000", "-e", "signal=none", "-e"];
    let mut arguments: Vec<String> = fixed.map(str::to_owned).to_vec();
    arguments.extend([format!("trace={calls}"), "-o".to_owned(), file.display().to_string()]);
    arguments
}

/// A change that a call makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A file gets a name, and its content goes if `truncate`.
    Open {
        /// Which.
        path: PathBuf,
        /// Whether it is emptied.
        truncate: bool,
    },
    /// Bytes of a file.
    Write {
        /// Which.
        path: PathBuf,
        /// From where on.
        offset: usize,
        /// What.
        bytes: Vec<u8>,
    },
    /// A new length.
    Resize {
        /// Which.
        path: PathBuf,
        /// How many bytes.
        length: usize,
    },
    /// A file or directory is made durable, with `data` alone or all of it.
    Sync {
        /// Which.
        path: PathBuf,
    },
    /// A name moves.
    Rename {
        /// From here.
        from: PathBuf,
        /// To there.
        to: PathBuf,
    },
    /// A name goes.
    Remove {
        /// Which.
        path: PathBuf,
    },
    /// A directory comes.
    MakeDirectory {
        /// Which.
        path: PathBuf,
    },
    /// Bytes go out over a connection.
    Send {
        /// Which.
        socket: String,
        /// What.
        bytes: Vec<u8>,
    },
}

/// A call: what it does, and the lines at which it began and ended.
#[derive(Clone, Debug)]
pub struct Call {
    /// What it does.
    pub action: Action,
    /// The line at which it began.
    pub begins: usize,
    /// The line at which it ended well; none if it failed, or never ended.
    pub ends: Option<usize>,
}

/// A trace.
#[derive(Debug)]
pub struct Trace {
    /// The calls that matter, in the order in which they began.
    pub calls: Vec<Call>,
    /// How many lines it has.
    pub lines: usize,
}

impl Trace {
    /// Reads a trace; what is outside `root` and is no socket is left out.
    #[must_use]
    pub fn read(text: &str, root: &Path) -> Self {
        let mut reader = Reader { root: root.to_owned(), ..Reader::default() };
        let mut lines = 0;
        for (at, line) in text.lines().enumerate() {
            reader.line(at, line);
            lines = at + 1;
        }
        reader.calls.sort_by_key(|call| call.begins);
        Self { calls: reader.calls, lines }
    }

    /// The versions of a product that were acknowledged, each with the line at which its answer began to be sent.
    #[must_use]
    pub fn acknowledged(&self, product: &str) -> Vec<(usize, u64)> {
        let name = format!("products/{product}");
        let mut mark = vec![0x0a, u8::try_from(name.len()).unwrap()];
        mark.extend_from_slice(name.as_bytes());
        mark.push(0x10);
        let mut tails: HashMap<&str, Vec<u8>> = HashMap::new();
        let mut found = Vec::new();
        for call in &self.calls {
            let Action::Send { socket, bytes } = &call.action else { continue };
            // An answer may go out in two calls; what was seen already is not seen again.
            let stream = tails.entry(socket).or_default();
            stream.extend_from_slice(bytes);
            let mut from = 0;
            while let Some(at) = find(&stream[from..], &mark) {
                let start = from + at + mark.len();
                let Some((version, used)) = varint(&stream[start..]) else { break };
                if stream.get(start + used) == Some(&0x1a) {
                    found.push((call.begins, version));
                }
                from = start + used;
            }
            let keep = from.max(stream.len().saturating_sub(mark.len() + 12));
            stream.drain(..keep);
        }
        found
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

#[derive(Default)]
struct Reader {
    root: PathBuf,
    calls: Vec<Call>,
    /// Calls that have begun, by thread: the line, and its text.
    open: BTreeMap<String, (usize, String)>,
    /// Where the next `write` of a descriptor goes.
    offsets: HashMap<i64, usize>,
}

impl Reader {
    fn line(&mut self, at: usize, line: &str) {
        let Some((thread, rest)) = line.split_once(' ') else { return };
        let rest = rest.trim_start();
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            // It may never end; what it does may be done all the same.
            self.open.insert(thread.to_owned(), (at, begun.to_owned()));
            self.call(at, None, begun, None);
        } else if rest.starts_with("<... ") {
            let Some((begins, begun)) = self.open.remove(thread) else { return };
            let ended = rest.split_once("resumed>").map_or("", |(_, ended)| ended);
            let whole = format!("{begun}{ended}");
            self.calls.retain(|call| call.begins != begins);
            self.call(begins, Some(at), &whole, result(&whole));
        } else {
            self.call(at, Some(at), rest, result(rest));
        }
    }

    fn call(&mut self, begins: usize, ends: Option<usize>, text: &str, result: Option<i64>) {
        let Some((name, arguments)) = text.split_once('(') else { return };
        let failed = ends.is_some() && result.is_none_or(|result| result < 0);
        let Some(action) = self.action(name, arguments, result) else { return };
        // A call that failed has done nothing that counts; a write may have done part of it.
        let is_write = matches!(action, Action::Write { .. } | Action::Send { .. });
        if failed && !is_write {
            return;
        }
        self.calls.push(Call { action, begins, ends: ends.filter(|_| !failed) });
    }

    fn action(&mut self, name: &str, text: &str, result: Option<i64>) -> Option<Action> {
        let strings = strings(text);
        let path = |at: usize| {
            strings.get(at).map(|bytes| path_of(bytes)).filter(|path| self.is_ours(path))
        };
        match name {
            "openat" => {
                let path = path(0)?;
                let descriptor = result.filter(|result| *result >= 0)?;
                self.offsets.insert(descriptor, 0);
                let has = |flag: &str| text.contains(flag);
                let makes = has("O_CREAT") || has("O_TRUNC");
                makes.then_some(Action::Open { path, truncate: has("O_TRUNC") })
            }
            "rename" | "renameat" | "renameat2" => {
                Some(Action::Rename { from: path(0)?, to: path(1)? })
            }
            "unlink" | "unlinkat" => Some(Action::Remove { path: path(0)? }),
            "mkdir" => Some(Action::MakeDirectory { path: path(0)? }),
            _ => {
                let (descriptor, target) = target(text)?;
                if target.starts_with(b"socket:") || target.starts_with(b"TCP") {
                    let socket = String::from_utf8_lossy(&target).into_owned();
                    return Some(Action::Send { socket, bytes: strings.concat() });
                }
                let path = path_of(&target);
                if !self.is_ours(&path) {
                    return None;
                }
                let last =
                    || numbers(text).last().copied().and_then(|last| usize::try_from(last).ok());
                match name {
                    "pwrite64" | "pwritev" => {
                        Some(Action::Write { path, offset: last()?, bytes: strings.concat() })
                    }
                    "write" | "writev" => {
                        let bytes = strings.concat();
                        let offset = self.offsets.entry(descriptor).or_default();
                        let at = *offset;
                        *offset += usize::try_from(result.unwrap_or(0)).unwrap_or(0);
                        Some(Action::Write { path, offset: at, bytes })
                    }
                    "fdatasync" | "fsync" => Some(Action::Sync { path }),
                    "ftruncate" => Some(Action::Resize { path, length: last()? }),
                    // Neither makes anything durable that a power cut would respect.
                    "sync_file_range" => None,
                    other => {
                        panic!("the disk does not know {other}: {}", &text[..text.len().min(200)])
                    }
                }
            }
        }
    }

    fn is_ours(&self, path: &Path) -> bool {
        path.starts_with(&self.root)
    }
}

/// What a call answered.
fn result(text: &str) -> Option<i64> {
    let (_, result) = text.rsplit_once(") = ").or_else(|| {
        let at = text.rfind(" = ")?;
        Some((&text[..at], &text[at + 3..]))
    })?;
    let end = result.find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(result.len());
    result[..end].parse().ok()
}

/// The strings of a call, which stand between quotation marks as hexadecimal bytes.
fn strings(text: &str) -> Vec<Vec<u8>> {
    text.split('"').skip(1).step_by(2).map(unescape).collect()
}

fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes().chunks_exact(4);
    bytes.map(|hex| digit(hex[2]) << 4 | digit(hex[3])).collect()
}

fn digit(hex: u8) -> u8 {
    match hex {
        b'0'..=b'9' => hex - b'0',
        b'a'..=b'f' => hex - b'a' + 10,
        other => panic!("{other} is no digit"),
    }
}

fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The descriptor that a call is about, and what it stands for.
fn target(text: &str) -> Option<(i64, Vec<u8>)> {
    let (descriptor, rest) = text.split_once('<')?;
    let (target, _) = rest.split_once('>')?;
    Some((descriptor.parse().ok()?, unescape(target)))
}

/// The numbers between the last string, or the descriptor, and the end of the arguments.
fn numbers(text: &str) -> Vec<i64> {
    let arguments = text.rsplit_once(" = ").map_or(text, |(arguments, _)| arguments);
    let tail = arguments.rsplit_once(['"', '>']).map_or(arguments, |(_, tail)| tail);
    tail.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    #[test]
    fn calls_are_read_whole_or_in_two_lines() {
        let text = format!(
            "7 openat(AT_FDCWD<{0}>, \"{1}\", O_RDWR|O_CREAT, 0666) = 9<{1}>\n\
             7 pwrite64(9<{1}>, \"{2}\", 3, 4096 <unfinished ...>\n\
             8 fdatasync(10<{1}>) = -1 EIO (Input/output error)\n\
             7 <... pwrite64 resumed>) = 3\n\
             8 sendto(5<{3}>, \"{2}\", 3, MSG_NOSIGNAL, NULL, 0) = 3\n",
            hex("/r"),
            hex("/r/db"),
            hex("abc"),
            hex("socket:[1]")
        );
        let trace = Trace::read(&text, Path::new("/r"));
        let write = Action::Write { path: "/r/db".into(), offset: 4096, bytes: b"abc".to_vec() };
        let found: Vec<_> = trace.calls.iter().map(|call| (call.begins, call.ends)).collect();
        assert_eq!(found, [(0, Some(0)), (1, Some(3)), (4, Some(4))]);
        assert_eq!(trace.calls[1].action, write);
    }

    #[test]
    fn a_receipt_is_found_where_its_last_byte_is_sent() {
        let mut answer = vec![1, 2, 0x0a, 10];
        answer.extend_from_slice(b"products/p");
        answer.extend_from_slice(&[0x10, 0xac, 0x02, 0x1a, 4, 5]);
        let send = |begins: usize, bytes: &[u8]| Call {
            action: Action::Send { socket: "s".to_owned(), bytes: bytes.to_vec() },
            begins,
            ends: Some(begins),
        };
        let trace = Trace { calls: vec![send(3, &answer[..7]), send(8, &answer[7..])], lines: 9 };
        assert_eq!(trace.acknowledged("p"), [(8, 300)]);
        assert_eq!(trace.acknowledged("q"), []);
    }
}
