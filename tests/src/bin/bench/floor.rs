//! The floors: the same accept loop, tonic and wire types as the server, with a handler that only makes bytes durable.
//!
//! Everything that waits shares one flush, as in Koepel's log: one thread takes all that is there. They know no
//! domain, check nothing, and keep nothing in memory.

use std::{
    convert::Infallible,
    fs::{self, File},
    io::Read as _,
    net::Ipv4Addr,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::mpsc,
};

use anyhow::Result;
use clap::ValueEnum;
use koepel_api::v1::{
    self, backlog_service_server,
    import_request::Part,
    ingest_service_server::{IngestService, IngestServiceServer},
};
use prost::Message as _;
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
};
use tonic::{
    Request, Response, Status, Streaming,
    body::Body,
    codegen::{BoxFuture, Context, Poll, Service, http},
    server::{Grpc, NamedService, UnaryService},
    service::Routes,
};
use tonic_prost::ProstCodec;
use tonic_web::GrpcWebLayer;

/// Bytes that a commit has beyond its request: ids, times, hashes.
const RECORD_EXTRA: usize = 120;
/// The file begins anew when it is full; what it holds is overwritten in place all the same.
const FILE_BYTES: u64 = 128 << 20;
/// The most that sled keeps within its pages.
const VALUE_BYTES: usize = 60 << 10;
/// Lines of an imported file that are made durable together.
const BATCH_LINES: usize = 500;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    kind: Kind,
    #[arg(long)]
    data_dir: PathBuf,
    #[arg(long)]
    address_file: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Sled,
    File,
}

/// Makes a group durable.
type Write = Box<dyn FnMut(&[Job]) -> Result<()> + Send>;

/// Serves until standard input is closed, then says how many flushes and records there were.
pub(crate) async fn run(arguments: Arguments) -> Result<()> {
    let (queue, asked) = mpsc::channel();
    let write: Write = match arguments.kind {
        Kind::Sled => Box::new(in_sled(&arguments.data_dir)?),
        Kind::File => Box::new(in_file(&arguments.data_dir)?),
    };
    let writer = std::thread::spawn(move || keep_writing(&asked, write));
    let floor = Floor { queue };
    let router = Routes::new(floor.clone())
        .add_service(IngestServiceServer::new(floor))
        .into_axum_router()
        .layer(GrpcWebLayer::new());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let (stop, stopping) = watch::channel(false);
    std::thread::spawn(move || {
        // Whatever comes, its end is what is waited for.
        let _end = std::io::stdin().read_to_end(&mut Vec::new());
        stop.send_replace(true);
    });
    fs::write(&arguments.address_file, format!("http://{address}\n"))?;
    koepel_server::listen::serve_routes(listener, router, stopping).await?;
    if let Ok((flushes, records)) = writer.join() {
        println!("{flushes} {records}");
    }
    Ok(())
}

struct Job {
    records: Vec<Vec<u8>>,
    done: oneshot::Sender<()>,
}

/// Takes all that waits, makes it durable at once, answers.
fn keep_writing(
    asked: &mpsc::Receiver<Job>,
    mut write: impl FnMut(&[Job]) -> Result<()>,
) -> (u64, u64) {
    let (mut flushes, mut records) = (0, 0);
    while let Ok(first) = asked.recv() {
        let mut group = vec![first];
        group.extend(asked.try_iter());
        write(&group).unwrap();
        flushes += 1;
        for job in group {
            records += job.records.len() as u64;
            // Who has gone needs no answer.
            let _gone = job.done.send(());
        }
    }
    (flushes, records)
}

/// A batch, a flush and a sync of sled's file, as Koepel's log does it.
fn in_sled(dir: &Path) -> Result<impl FnMut(&[Job]) -> Result<()> + Send + use<>> {
    let dir = dir.join("log");
    let db =
        sled::Config::new().path(&dir).cache_capacity(64 << 20).flush_every_ms(Some(500)).open()?;
    let file = File::open(dir.join("db"))?;
    file.sync_all()?;
    let mut key = 0_u64;
    Ok(move |group: &[Job]| {
        let mut batch = sled::Batch::default();
        for piece in
            group.iter().flat_map(|job| &job.records).flat_map(|record| record.chunks(VALUE_BYTES))
        {
            batch.insert(&key.to_be_bytes(), piece);
            key += 1;
        }
        db.apply_batch(batch)?;
        db.flush()?;
        file.sync_data()?;
        Ok(())
    })
}

/// A write into a file that has its size and its blocks already, and one `fdatasync`.
fn in_file(dir: &Path) -> Result<impl FnMut(&[Job]) -> Result<()> + Send + use<>> {
    let file = File::create(dir.join("records"))?;
    for at in (0..FILE_BYTES).step_by(1 << 20) {
        file.write_all_at(&vec![0; 1 << 20], at)?;
    }
    file.sync_all()?;
    let mut at = 0;
    Ok(move |group: &[Job]| {
        let bytes: Vec<u8> = group.iter().flat_map(|job| &job.records).flatten().copied().collect();
        if at + bytes.len() as u64 > FILE_BYTES {
            at = 0;
        }
        file.write_all_at(&bytes, at)?;
        at += bytes.len() as u64;
        file.sync_data()?;
        Ok(())
    })
}

/// The handler.
#[derive(Clone)]
struct Floor {
    queue: mpsc::Sender<Job>,
}

impl Floor {
    async fn append(&self, records: Vec<Vec<u8>>) -> Result<(), Status> {
        let (done, durable) = oneshot::channel();
        let gone = || Status::unavailable("the writer has gone");
        self.queue.send(Job { records, done }).map_err(|_| gone())?;
        durable.await.map_err(|_| gone())
    }

    async fn create(
        self,
        request: v1::CreateItemRequest,
    ) -> Result<Response<v1::CreateItemResponse>, Status> {
        let mut record = Vec::with_capacity(request.encoded_len() + RECORD_EXTRA);
        request.encode(&mut record).map_err(|error| Status::internal(error.to_string()))?;
        record.resize(record.len() + RECORD_EXTRA, 0);
        self.append(vec![record]).await?;
        let receipt =
            v1::Receipt { product: "products/measured".to_owned(), version: 1, time: None };
        Ok(Response::new(v1::CreateItemResponse { item: request.item, receipt: Some(receipt) }))
    }
}

// What tonic would generate, for this one call of the service.
impl Service<http::Request<Body>> for Floor {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        struct CreateItem(Floor);
        impl UnaryService<v1::CreateItemRequest> for CreateItem {
            type Response = v1::CreateItemResponse;
            type Future = BoxFuture<Response<Self::Response>, Status>;

            fn call(&mut self, request: Request<v1::CreateItemRequest>) -> Self::Future {
                Box::pin(self.0.clone().create(request.into_inner()))
            }
        }
        let floor = self.clone();
        Box::pin(async move {
            if request.uri().path().ends_with("/CreateItem") {
                let mut grpc = Grpc::new(ProstCodec::default());
                return Ok(grpc.unary(CreateItem(floor), request).await);
            }
            Ok(Status::unimplemented("a floor makes items only").into_http())
        })
    }
}

impl NamedService for Floor {
    const NAME: &'static str = backlog_service_server::SERVICE_NAME;
}

#[tonic::async_trait]
impl IngestService for Floor {
    type PushStream = std::pin::Pin<
        Box<dyn futures::Stream<Item = Result<v1::PushResponse, Status>> + Send + 'static>,
    >;

    /// Makes each message durable, and says so.
    async fn push(
        &self,
        request: Request<Streaming<v1::PushRequest>>,
    ) -> Result<Response<Self::PushStream>, Status> {
        let state = (self.clone(), request.into_inner());
        let answers = futures::stream::try_unfold(state, |(floor, mut parts)| async move {
            let Some(message) = parts.message().await? else { return Ok(None) };
            let received = u32::try_from(message.events.len()).unwrap_or(u32::MAX);
            floor.append(vec![message.encode_to_vec()]).await?;
            let answer = v1::PushResponse { received, repeated_events: 0 };
            Ok(Some((answer, (floor, parts))))
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn import(
        &self,
        request: Request<Streaming<v1::ImportRequest>>,
    ) -> Result<Response<v1::ImportResponse>, Status> {
        let mut parts = request.into_inner();
        let (mut batch, mut lines, mut all) = (Vec::new(), 0, 0);
        while let Some(message) = parts.message().await? {
            let Some(Part::Data(data)) = message.part else { continue };
            for line in data.split_inclusive(|byte| *byte == b'\n') {
                batch.extend_from_slice(line);
                lines += usize::from(line.ends_with(b"\n"));
                if lines == BATCH_LINES {
                    self.append(vec![std::mem::take(&mut batch)]).await?;
                    all += lines;
                    lines = 0;
                }
            }
        }
        if !batch.is_empty() {
            self.append(vec![batch]).await?;
            all += lines;
        }
        let created = u32::try_from(all).unwrap_or(u32::MAX);
        Ok(Response::new(v1::ImportResponse { created, ..Default::default() }))
    }
}
