//! A way between two programs that can be cut: bytes stop, but no connection ends, as behind a firewall that has forgotten. Or
//! its connections are severed.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp},
    sync::watch,
};

/// A way to one address.
#[derive(Debug)]
pub struct Proxy {
    authority: String,
    open: watch::Sender<bool>,
    severed: watch::Sender<()>,
}

impl Proxy {
    /// A way to `target`, open.
    pub async fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let open = watch::Sender::new(true);
        let severed = watch::Sender::new(());
        let (gate, end) = (open.subscribe(), severed.subscribe());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (target, gate, mut end) = (target.clone(), gate.clone(), end.clone());
                end.mark_unchanged();
                tokio::spawn(async move {
                    // Whichever comes first, both sides are closed.
                    tokio::select! {
                        () = carry(near, target, gate) => {}
                        _ = end.changed() => {}
                    }
                });
            }
        });
        Self { authority, open, severed }
    }

    /// Where it listens.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Lets nothing through any more, in either direction. Who connects is kept waiting.
    pub fn cut(&self) {
        self.open.send_replace(false);
    }

    /// Closes every connection that there is, with what is on its way.
    pub fn sever(&self) {
        self.severed.send_replace(());
    }

    /// Lets everything through again, what was held back too.
    pub fn mend(&self) {
        self.open.send_replace(true);
    }
}

async fn carry(near: TcpStream, target: String, mut gate: watch::Receiver<bool>) {
    if gate.wait_for(|open| *open).await.is_err() {
        return;
    }
    let Ok(far) = TcpStream::connect(target).await else { return };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    // When one side ends both do.
    tokio::select! {
        () = one_way(near_in, far_out, gate.clone()) => {}
        () = one_way(far_in, near_out, gate) => {}
    }
}

async fn one_way(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    mut gate: watch::Receiver<bool>,
) {
    let mut bytes = vec![0; 64 << 10];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if gate.wait_for(|open| *open).await.is_err()
            || to.write_all(&bytes[..count]).await.is_err()
        {
            return;
        }
    }
}
