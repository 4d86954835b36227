//! Calls of methods by their names, with requests as bytes: what a test needs that goes over every method there is.

use koepel_api::FILE_DESCRIPTOR_SET;
use prost::Message as _;
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

use crate::Client;

/// A method of the API, as its descriptor tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// `BacklogService/RankItem`.
    pub name: String,
    /// `/koepel.v1.BacklogService/RankItem`.
    pub path: String,
}

/// Every method of every service of the API.
#[must_use]
pub fn methods() -> Vec<Method> {
    let set = prost_types::FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap();
    let mut methods = Vec::new();
    for file in set.file.iter().filter(|file| file.package() == "koepel.v1") {
        for service in &file.service {
            methods.extend(service.method.iter().map(|method| Method {
                name: format!("{}/{}", service.name(), method.name()),
                path: format!("/koepel.v1.{}/{}", service.name(), method.name()),
            }));
        }
    }
    methods
}

/// Messages as they are on the wire.
#[derive(Clone, Copy, Debug, Default)]
struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        prost::bytes::BufMut::put_slice(to, &item);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let length = prost::bytes::Buf::remaining(from);
        Ok(Some(prost::bytes::Buf::copy_to_bytes(from, length).to_vec()))
    }
}

/// Calls a method, whatever streams it has, with one message after the other; the first message of its answer.
///
/// # Errors
/// What the server says.
pub async fn call(client: &Client, path: &str, asks: Vec<Vec<u8>>) -> Result<Vec<u8>, Status> {
    let mut grpc = Grpc::new(client.channel());
    let refused = |error| Status::unavailable(format!("{error}"));
    grpc.ready().await.map_err(refused)?;
    let mut request = Request::new(tokio_stream::iter(asks));
    if let Some(header) = client.header() {
        request.metadata_mut().insert("authorization", header);
    }
    let path = path.parse().unwrap();
    let mut answers = grpc.streaming(request, path, Bytes).await?.into_inner();
    Ok(answers.message().await?.unwrap_or_default())
}
