//! Rules for proto files after buf's STANDARD set (<https://buf.build/docs/lint/rules/>), and that what callers meet
//! says what it is for. A request or response needs no comment of its own: its rpc has one.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::{
    DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet,
    MethodDescriptorProto, ServiceDescriptorProto,
};

use super::{
    super::Finding,
    is_ours,
    walk::{Declared, Named, declared},
};

/// Holds all files of ours against the rules.
pub(crate) fn lint(set: &FileDescriptorSet) -> Vec<Finding> {
    let mut lint = Lint { findings: Vec::new(), file: "" };
    let mut used_by = BTreeMap::<&str, Vec<String>>::new();
    for file in set.file.iter().filter(|file| is_ours(file)) {
        for Named { name, it: (_, rpc), .. } in declared(file).rpcs {
            let types = BTreeSet::from([rpc.input_type(), rpc.output_type()]);
            for used in types {
                used_by.entry(used).or_default().push(name.clone());
            }
            if rpc.input_type() == rpc.output_type() {
                used_by.entry(rpc.input_type()).or_default().push(name);
            }
        }
    }
    for file in set.file.iter().filter(|file| is_ours(file)) {
        lint.file = file.name();
        let declared = declared(file);
        lint.package(file);
        lint.imports(file, &declared, set);
        declared
            .messages
            .iter()
            .for_each(|message| lint.message(message, used_by.contains_key(message.name.as_str())));
        declared.enums.iter().for_each(|it| lint.enumeration(it));
        declared.services.iter().for_each(|service| lint.service(service));
        declared.rpcs.iter().for_each(|rpc| lint.rpc(rpc, &used_by));
    }
    lint.findings
}

struct Lint<'a> {
    findings: Vec<Finding>,
    file: &'a str,
}

impl Lint<'_> {
    fn require(&mut self, holds: bool, name: &str, what: &str) {
        if !holds {
            let name = name.trim_start_matches('.');
            self.findings
                .push(Finding::new(format!("proto/{}", self.file), format!("{name}: {what}")));
        }
    }

    fn package(&mut self, file: &FileDescriptorProto) {
        let (package, path) = (file.package(), file.name());
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let version = package.rsplit('.').next().unwrap_or_default();
        self.require(file.syntax() == "proto3", package, "the syntax is proto3, and said so");
        self.require(
            package.split('.').all(is_lower_snake),
            package,
            "a package is lower_snake_case",
        );
        self.require(
            package.replace('.', "/") == folder,
            package,
            "a file lies in the folder of its package",
        );
        self.require(is_version(version), package, "a package ends with its version, such as v1");
        self.require(
            name.strip_suffix(".proto").is_some_and(is_lower_snake),
            name,
            "a file is lower_snake_case.proto",
        );
        self.require(file.service.len() <= 1, package, "a file has one service at most");
    }

    fn imports(
        &mut self,
        file: &FileDescriptorProto,
        declared: &Declared<'_>,
        set: &FileDescriptorSet,
    ) {
        self.require(file.public_dependency.is_empty(), file.name(), "no public imports");
        self.require(file.weak_dependency.is_empty(), file.name(), "no weak imports");
        let fields = |message: &DescriptorProto| {
            let nested = message.nested_type.iter().flat_map(|entry| &entry.field);
            message
                .field
                .iter()
                .chain(nested)
                .map(|field| field.type_name().to_owned())
                .collect::<Vec<_>>()
        };
        let mut used: BTreeSet<String> =
            declared.messages.iter().flat_map(|message| fields(message.it)).collect();
        for Named { it: (_, rpc), .. } in &declared.rpcs {
            used.extend([rpc.input_type().to_owned(), rpc.output_type().to_owned()]);
        }
        for import in &file.dependency {
            let Some(imported) = set.file.iter().find(|file| file.name() == import) else {
                continue;
            };
            let theirs = super::walk::declared(imported);
            let messages = theirs.messages.iter().map(|message| &message.name);
            let is_used = messages
                .chain(theirs.enums.iter().map(|it| &it.name))
                .any(|name| used.contains(name));
            self.require(is_used, import, "imported and not used");
        }
    }

    fn message(&mut self, message: &Named<&DescriptorProto>, of_an_rpc: bool) {
        let name = message.name.as_str();
        self.require(is_pascal(message.it.name()), name, "a message is PascalCase");
        self.require(message.commented || of_an_rpc, name, "a message says what it is");
        for field in &message.it.field {
            self.require(
                is_lower_snake(field.name()),
                &format!("{name}.{}", field.name()),
                "a field is lower_snake_case",
            );
        }
        for oneof in &message.it.oneof_decl {
            // The compiler makes `_name` for an optional field.
            let written = oneof.name().strip_prefix('_').unwrap_or(oneof.name());
            self.require(
                is_lower_snake(written),
                &format!("{name}.{written}"),
                "a oneof is lower_snake_case",
            );
        }
    }

    fn enumeration(&mut self, it: &Named<&EnumDescriptorProto>) {
        let name = it.name.as_str();
        let prefix = format!("{}_", upper_snake(it.it.name()));
        self.require(is_pascal(it.it.name()), name, "an enum is PascalCase");
        self.require(it.commented, name, "an enum says what it is");
        self.require(
            !it.it.options.as_ref().is_some_and(|options| options.allow_alias()),
            name,
            "no aliases",
        );
        for value in &it.it.value {
            let full = format!("{name}.{}", value.name());
            self.require(
                value.name().starts_with(&prefix),
                &full,
                &format!("a value begins with {prefix}"),
            );
            self.require(is_upper_snake(value.name()), &full, "a value is UPPER_SNAKE_CASE");
            let unspecified = value.name() == format!("{prefix}UNSPECIFIED");
            self.require(
                (value.number() == 0) == unspecified,
                &full,
                "zero, and only zero, is …_UNSPECIFIED",
            );
        }
    }

    fn service(&mut self, service: &Named<&ServiceDescriptorProto>) {
        let name = service.it.name();
        self.require(is_pascal(name), &service.name, "a service is PascalCase");
        self.require(
            name.ends_with("Service"),
            &service.name,
            "a service's name ends with Service",
        );
        self.require(service.commented, &service.name, "a service says what it is for");
    }

    fn rpc(
        &mut self,
        rpc: &Named<(&ServiceDescriptorProto, &MethodDescriptorProto)>,
        used_by: &BTreeMap<&str, Vec<String>>,
    ) {
        let Named { name, commented, it: (service, method) } = rpc;
        self.require(is_pascal(method.name()), name, "an rpc is PascalCase");
        self.require(*commented, name, "an rpc says what it does");
        for (used, suffix) in [(method.input_type(), "Request"), (method.output_type(), "Response")]
        {
            let short = used.rsplit('.').next().unwrap_or_default();
            let standard = format!("{}{suffix}", method.name());
            let standard = [format!("{}{standard}", service.name()), standard];
            self.require(
                standard.iter().any(|name| name == short),
                name,
                &format!("takes or gives {short} where {} is standard", standard.join(" or ")),
            );
            let alone = used_by.get(used).is_none_or(|rpcs| rpcs.len() == 1);
            self.require(alone, name, &format!("{short} is used more than once"));
        }
    }
}

fn is_lower_snake(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    let chars = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    starts && chars && !name.ends_with('_') && !name.contains("__")
}

fn is_upper_snake(name: &str) -> bool {
    !name.chars().any(|c| c.is_ascii_lowercase()) && is_lower_snake(&name.to_ascii_lowercase())
}

fn is_pascal(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

fn is_version(name: &str) -> bool {
    let number = name.strip_prefix('v').unwrap_or_default();
    number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// `ItemKind` → `ITEM_KIND`.
fn upper_snake(pascal: &str) -> String {
    let mut snake = String::new();
    for c in pascal.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_uppercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Lints a file `koepel/v1/item.proto` and compares with what should be found, by a part of each message.
    #[track_caller]
    fn check(body: &str, expected: &[&str]) {
        check_file(
            "koepel/v1/item.proto",
            &format!("syntax = \"proto3\";\npackage koepel.v1;\n{body}"),
            expected,
        );
    }

    #[track_caller]
    fn check_file(path: &str, text: &str, expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        let set = super::super::descriptors(folder.path(), &[format!("proto/{path}")]).unwrap();
        let found: Vec<_> = lint(&set).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found} does not say {expected}");
        }
    }

    const GOOD: &str = "
        import \"google/protobuf/timestamp.proto\";
        // Items.
        service ItemService {
          // Gives one.
          rpc GetItem(GetItemRequest) returns (GetItemResponse);
          // Gives all.
          rpc List(ItemServiceListRequest) returns (stream ItemServiceListResponse);
        }
        message GetItemRequest { string name = 1; }
        message GetItemResponse { Item item = 1; }
        message ItemServiceListRequest {}
        message ItemServiceListResponse { map<string, google.protobuf.Timestamp> times = 1; }
        // An item.
        message Item {
          // What it is.
          enum Kind { KIND_UNSPECIFIED = 0; KIND_USER_STORY = 1; }
          Kind kind = 1;
          optional string parent_2 = 2;
        }
        // What an item is.
        enum ItemKind { ITEM_KIND_UNSPECIFIED = 0; ITEM_KIND_EPIC = 1; }";

    #[test]
    fn a_good_file_passes() {
        check(GOOD, &[]);
    }

    #[test]
    fn packages_folders_and_files_agree() {
        let text = |package: &str| format!("syntax = \"proto3\";\npackage {package};\n");
        check_file("koepel/v1/a.proto", &text("koepel.v1"), &[]);
        check_file("koepel/a.proto", &text("koepel.v1"), &["in the folder of its package"]);
        check_file("koepel/a.proto", &text("koepel"), &["ends with its version"]);
        check_file("Koepel/v1/a.proto", &text("Koepel.v1"), &["a package is lower_snake_case"]);
        check_file("koepel/v1/BackLog.proto", &text("koepel.v1"), &["a file is lower_snake_case"]);
        check_file("koepel/v1/a.proto", "package koepel.v1;\n", &["the syntax is proto3"]);
    }

    #[test]
    fn imports_are_used_and_plain() {
        check(
            "import \"google/protobuf/duration.proto\";",
            &["duration.proto: imported and not used"],
        );
        check(
            "import public \"google/protobuf/duration.proto\"; // A.\nmessage A { google.protobuf.Duration d = 1; }",
            &["no public imports", "A: a message says"],
        );
    }

    #[test]
    fn enums_begin_with_unspecified_and_their_name() {
        check("// A.\nenum ItemKind { ITEM_KIND_NONE = 0; }", &["zero, and only zero"]);
        check(
            "// A.\nenum ItemKind { ITEM_KIND_UNSPECIFIED = 0; EPIC = 1; }",
            &["begins with ITEM_KIND_"],
        );
        check(
            "// A.\nenum ItemKind { ITEM_KIND_UNSPECIFIED = 0; ITEM_KIND_epic = 1; }",
            &["UPPER_SNAKE_CASE"],
        );
        check(
            "// A.\nenum A { option allow_alias = true; A_UNSPECIFIED = 0; A_B = 1; A_C = 1; }",
            &["no aliases"],
        );
        check("// A.\nenum a { A_UNSPECIFIED = 0; }", &["an enum is PascalCase"]);
        check("enum A { A_UNSPECIFIED = 0; }", &["an enum says what it is"]);
    }

    #[test]
    fn names_have_their_case() {
        check("// A.\nmessage item_kind {}", &["a message is PascalCase"]);
        check(
            "// A.\nmessage A { string itemKey = 1; }",
            &["koepel.v1.A.itemKey: a field is lower_snake_case"],
        );
        check(
            "// A.\nmessage A { oneof Which { string key = 1; } }",
            &["a oneof is lower_snake_case"],
        );
        check("// A.\nmessage A {\n message B {} }", &["koepel.v1.A.B: a message says what it is"]);
        check("// A.\nservice Items {}", &["ends with Service"]);
        check("// A.\nservice AService {}\n// B.\nservice BService {}", &["one service at most"]);
    }

    #[test]
    fn what_callers_meet_says_what_it_is_for() {
        check("message A {}", &["koepel.v1.A: a message says what it is"]);
        check("service AService {}", &["a service says what it is for"]);
        check(
            "// A.\nservice AService { rpc Get(GetRequest) returns (GetResponse); }\nmessage GetRequest {}\nmessage GetResponse {}",
            &["AService.Get: an rpc says what it does"],
        );
    }

    #[test]
    fn each_rpc_has_a_request_and_a_response_of_its_own() {
        check(
            "// A.\nservice AService {\n// Gets.\nrpc Get(Key) returns (GetResponse); }\n// K.\nmessage Key {}\nmessage GetResponse {}",
            &["takes or gives Key where AServiceGetRequest or GetRequest is standard"],
        );
        check(
            "// A.\nservice AService {\n// Gets.\nrpc Get(GetRequest) returns (GetResponse);\n// Puts.\nrpc Put(PutRequest) returns (GetResponse); }
             message GetRequest {}\nmessage GetResponse {}\nmessage PutRequest {}",
            &["Get: GetResponse is used more", "Put: takes or gives GetResponse", "Put: GetResponse is used more"],
        );
    }
}
