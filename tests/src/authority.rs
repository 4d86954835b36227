//! An authority for certificates, made for one test: whom the server is told to trust, and whom not.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};

/// Signs certificates.
#[derive(Debug)]
pub struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate, with its key.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The certificate, as PEM.
    pub pem: String,
    /// Its key, as PEM.
    pub key_pem: String,
}

impl Authority {
    /// A new one, that nobody knows yet.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// What it is known by, as PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for a name or an address.
    #[must_use]
    pub fn certify(&self, host: &str) -> Certificate {
        self.certify_until(host, 4096)
    }

    /// One that is in force until the end of a year.
    #[must_use]
    pub fn certify_until(&self, host: &str, year: i32) -> Certificate {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.not_after = date_time_ymd(year, 12, 31);
        let key = KeyPair::generate().unwrap();
        let pem = params.signed_by(&key, &self.issuer).unwrap().pem();
        Certificate { pem, key_pem: key.serialize_pem() }
    }
}
