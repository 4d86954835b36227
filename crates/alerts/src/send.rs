//! The parts that talk to the network.

pub mod http;
pub mod smtp;
mod trouble;

use std::{path::Path, sync::Arc};

use rustls::{ClientConfig, RootCertStore, crypto::ring};

/// Why encryption cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTls {
    /// The file of certificates.
    #[error("{file}: {why}")]
    File {
        /// Which.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// The library.
    #[error("{0}")]
    Library(String),
}

/// What certificates are checked by: those that the system trusts, and those of a file.
///
/// # Errors
/// [`NoTls`].
pub fn tls(more: Option<&Path>) -> Result<Arc<ClientConfig>, NoTls> {
    let mut roots = RootCertStore::empty();
    // A system without any trusts nobody: each connection says so.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = more {
        use rustls::pki_types::{CertificateDer, pem::PemObject as _};
        let wrong = |why: String| NoTls::File { file: path.display().to_string(), why };
        let read = CertificateDer::pem_file_iter(path).map_err(|error| wrong(error.to_string()))?;
        let mut count = 0;
        for certificate in read {
            let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
            roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
            count += 1;
        }
        if count == 0 {
            return Err(wrong("holds no certificate".to_owned()));
        }
    }
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| NoTls::Library(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
