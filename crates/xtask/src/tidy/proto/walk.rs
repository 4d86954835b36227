//! Everything that a proto file declares, in one flat list each, with its full name and whether it has a comment.

use std::collections::HashSet;

use prost_types::{
    DescriptorProto, EnumDescriptorProto, FileDescriptorProto, MethodDescriptorProto,
    ServiceDescriptorProto,
};

/// Numbers of fields in descriptor.proto, of which the paths of comments are made.
const FILE_MESSAGE: i32 = 4;
const FILE_ENUM: i32 = 5;
const FILE_SERVICE: i32 = 6;
const MESSAGE_MESSAGE: i32 = 3;
const MESSAGE_ENUM: i32 = 4;
const SERVICE_METHOD: i32 = 2;

/// What one file declares, nested things included.
pub(super) struct Declared<'a> {
    pub(super) messages: Vec<Named<&'a DescriptorProto>>,
    pub(super) enums: Vec<Named<&'a EnumDescriptorProto>>,
    pub(super) services: Vec<Named<&'a ServiceDescriptorProto>>,
    pub(super) rpcs: Vec<Named<(&'a ServiceDescriptorProto, &'a MethodDescriptorProto)>>,
}

pub(super) struct Named<T> {
    /// With a leading dot, as types are named where they are used: `.koepel.v1.Item`.
    pub(super) name: String,
    pub(super) commented: bool,
    pub(super) it: T,
}

/// Lists what a file declares. Entries of maps are left out: nobody wrote them.
pub(super) fn declared(file: &FileDescriptorProto) -> Declared<'_> {
    let locations = file.source_code_info.iter().flat_map(|info| &info.location);
    let commented = locations.filter(|location| !location.leading_comments().trim().is_empty());
    let mut walk = Walk {
        commented: commented.map(|location| location.path.as_slice()).collect(),
        found: Declared {
            messages: Vec::new(),
            enums: Vec::new(),
            services: Vec::new(),
            rpcs: Vec::new(),
        },
    };
    let package =
        if file.package().is_empty() { String::new() } else { format!(".{}", file.package()) };
    walk.enums(&package, &[], FILE_ENUM, &file.enum_type);
    walk.messages(&package, &[], FILE_MESSAGE, &file.message_type);
    walk.services(&package, &file.service);
    walk.found
}

struct Walk<'a> {
    commented: HashSet<&'a [i32]>,
    found: Declared<'a>,
}

impl<'a> Walk<'a> {
    fn named<T>(&self, name: String, path: &[i32], it: T) -> Named<T> {
        Named { name, commented: self.commented.contains(path), it }
    }

    fn messages(&mut self, scope: &str, path: &[i32], field: i32, messages: &'a [DescriptorProto]) {
        for (message, index) in messages.iter().zip(0..) {
            if message.options.as_ref().is_some_and(|options| options.map_entry()) {
                continue;
            }
            let path = [path, &[field, index]].concat();
            let name = format!("{scope}.{}", message.name());
            self.enums(&name, &path, MESSAGE_ENUM, &message.enum_type);
            self.messages(&name, &path, MESSAGE_MESSAGE, &message.nested_type);
            let named = self.named(name, &path, message);
            self.found.messages.push(named);
        }
    }

    fn enums(&mut self, scope: &str, path: &[i32], field: i32, enums: &'a [EnumDescriptorProto]) {
        for (it, index) in enums.iter().zip(0..) {
            let named =
                self.named(format!("{scope}.{}", it.name()), &[path, &[field, index]].concat(), it);
            self.found.enums.push(named);
        }
    }

    fn services(&mut self, scope: &str, services: &'a [ServiceDescriptorProto]) {
        for (service, index) in services.iter().zip(0..) {
            let (name, path) = (format!("{scope}.{}", service.name()), [FILE_SERVICE, index]);
            for (rpc, index) in service.method.iter().zip(0..) {
                let path = [&path[..], &[SERVICE_METHOD, index]].concat();
                let named = self.named(format!("{name}.{}", rpc.name()), &path, (service, rpc));
                self.found.rpcs.push(named);
            }
            let named = self.named(name, &path, service);
            self.found.services.push(named);
        }
    }
}
