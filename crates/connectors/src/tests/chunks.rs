//! Whatever bytes come, in whatever pieces: no panic, one result, and the same as another program's for CSV.

use proptest::prelude::*;

use super::{import_with, mapping, small};
use crate::{Limits, Mapping};

fn mappings() -> Vec<Mapping> {
    let more = "labels = { from = \"l\", split = \",\" }\nstatus = \"s\"\n[[links]]\nkind = \"needs\"\nfrom = \"n\"\noptional = true\n";
    vec![
        small("format = \"jsonl\"", more),
        small(
            "format = \"csv\"\nseparator = \";\"\nduplicates = \"last\"",
            "labels = { from = \"l\", optional = true }",
        ),
        mapping(&format!(
            "name = \"p\"\n[input]\nformat = \"json\"\nrecords = \"a\"\n[lookup.x]\nlist = \"a\"\nkey = \"id\"\nvalue = \"t\"\n{}{more}",
            super::SMALL
        )),
    ]
}

/// Bytes that are often nearly right.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"{\"id\": 1, \"t\": \"T\", \"d\": \"D\"}\n".to_vec()),
        Just(b"{\"id\": 2, \"t\": \"\\u00e9\", \"d\": \"D\", \"l\": [1], \"n\": [\"x\"]}".to_vec()),
        Just(b"id;t;d\r\n".to_vec()),
        Just(b"1;\"a;\"\"\n\";D\n".to_vec()),
        Just(b"{\"a\": [".to_vec()),
        Just(b"]}".to_vec()),
        Just(vec![0xef, 0xbb, 0xbf]),
        Just("æ€😀".as_bytes().to_vec()),
        Just(b"[[[[{\"".to_vec()),
        prop::sample::select(b",;\"\n\r{}[]:\\ \0\xff".to_vec()).prop_map(|byte| vec![byte]),
        prop::collection::vec(any::<u8>(), 0..8),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_pieces_a_file_comes_in_make_no_difference(file in nearly(), cuts in prop::collection::vec(1_usize..9, 0..200), limit in 8_usize..200) {
        let limits = Limits { line_bytes: limit, file_bytes: 400, document_bytes: 300, records: 5, problems: 3 };
        for mapping in mappings() {
            let whole = import_with(mapping.clone(), limits, &[&file]);
            let mut pieces = Vec::new();
            let mut rest = file.as_slice();
            for cut in &cuts {
                let (piece, behind) = rest.split_at((*cut).min(rest.len()));
                pieces.push(piece);
                rest = behind;
            }
            pieces.push(rest);
            prop_assert_eq!(whole, import_with(mapping, limits, &pieces));
        }
    }

    #[test]
    fn every_record_is_a_draft_or_left_out(ids in prop::collection::vec(0_u8..20, 1..40)) {
        let more = "\n[[skip]]\nreason = \"small\"\nfrom = \"id\"\nequals = [\"1\", \"2\", \"3\"]\n";
        let file: String = ids.iter().map(|id| format!("{{\"id\": {id}, \"t\": \"T\", \"d\": \"D\"}}\n")).collect();
        let parsed = super::read(small("format = \"jsonl\"\nduplicates = \"last\"", more), &file);
        let left_out: usize = parsed.left_out.iter().map(|left_out| left_out.lines.len()).sum();
        prop_assert_eq!(parsed.drafts.len() + left_out, ids.len());
        prop_assert!(parsed.drafts.is_sorted_by_key(|draft| draft.line));
    }

    #[test]
    fn rows_are_read_as_the_csv_crate_reads_them(rows in prop::collection::vec(prop::collection::vec("[a-c,\"\r\n é]{0,6}", 3..4), 1..8)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["id", "t", "d", "x", "y", "z"]).unwrap();
        for (at, row) in rows.iter().enumerate() {
            let id = at.to_string();
            writer.write_record(["1", "T", "D"].into_iter().chain(row.iter().map(String::as_str)).enumerate().map(|(n, cell)| if n == 0 { id.as_str() } else { cell })).unwrap();
        }
        let file = writer.into_inner().unwrap();
        let more = "text = { join = \"<{x|}><{y|}><{z|}>\" }";
        let parsed = import_with(small("format = \"csv\"", more), Limits::default(), &[&file]).unwrap();
        let want: Vec<String> = rows.iter().map(|row| {
            let cells: String = row.iter().map(|cell| format!("<{}>", cell.trim())).collect();
            cells.replace("\r\n", "\n").replace('\r', "\n")
        }).collect();
        let found: Vec<String> = parsed.drafts.iter().map(|draft| draft.text.clone().unwrap()).collect();
        prop_assert_eq!(found, want);
    }

    #[test]
    fn no_text_makes_the_compiler_of_mappings_panic(text in "[a-z\\[\\]{}=.\"\n ,0-9]{0,120}") {
        let _ = Mapping::parse(&text);
        let _ = Mapping::parse(&format!("name = \"p\"\ninput.format = \"jsonl\"\n{}{text}", super::SMALL));
    }
}
