//! What the stored log of a version tells of how people come in, beside the tokens that are in it anyway.

use koepel_domain::{
    ids::{DomainId, IdentityId, InvitationId, PersonId, ProductId, SessionId, ShareId, Timestamp},
    system::{self, IdentityHash, NewShareLink, SecretHash, Shared},
    text::{Name, Reason},
};

fn person_id(id: &str) -> PersonId {
    PersonId::new(id).unwrap()
}

fn why(text: &str) -> Reason {
    Reason::new(text).unwrap()
}

/// How people come in beside tokens, each way begun and ended; and somebody who is forgotten.
pub(crate) fn all() -> Vec<(&'static str, system::Command)> {
    let end = Timestamp(1_900_000_000_000_000);
    let invite = |id: &str, secret| system::Command::InvitePerson {
        invitation: InvitationId::new(id).unwrap(),
        person: person_id("p-pia"),
        expires_at: end,
        secret: SecretHash([secret; 32]),
    };
    let bind = |id: &str, secret, account| system::Command::BindIdentity {
        identity: IdentityId::new(id).unwrap(),
        invitation: SecretHash([secret; 32]),
        account: IdentityHash([account; 32]),
    };
    let session = |id: &str| SessionId::new(id).unwrap();
    let begin = |id: &str, secret| system::Command::BeginSession {
        session: session(id),
        account: IdentityHash([1; 32]),
        idle_until: Timestamp(1_800_000_000_000_000),
        expires_at: end,
        secret: SecretHash([secret; 32]),
    };
    let share = |id: &str, opens, purpose, secret| {
        let product = ProductId::new("webshop").unwrap();
        let secret = SecretHash([secret; 32]);
        let facts = NewShareLink { product, opens, purpose, expires_at: end, secret };
        system::Command::CreateShareLink {
            share: ShareId::new(id).unwrap(),
            facts: Box::new(facts),
        }
    };
    let online = DomainId::new("online").unwrap();
    vec![
        ("admin", invite("n-1", 11)),
        ("p-pia", bind("i-1", 11, 1)),
        ("p-pia", begin("s-1", 12)),
        (
            "system",
            system::Command::ExtendSession {
                session: session("s-1"),
                idle_until: Timestamp(1_850_000_000_000_000),
            },
        ),
        ("p-pia", begin("s-2", 13)),
        ("p-pia", system::Command::EndSession { session: session("s-2"), reason: why("out") }),
        ("admin", invite("n-2", 14)),
        ("p-pia", bind("i-2", 14, 2)),
        (
            "admin",
            system::Command::UnbindIdentity {
                identity: IdentityId::new("i-2").unwrap(),
                reason: why("an old account"),
            },
        ),
        ("admin", invite("n-3", 15)),
        (
            "admin",
            system::Command::RevokeInvitation {
                invitation: InvitationId::new("n-3").unwrap(),
                reason: why("not needed"),
            },
        ),
        ("p-hanna", share("l-1", Shared::Product, Some(Name::new("the board").unwrap()), 16)),
        ("p-hanna", share("l-2", Shared::Domain(online), None, 17)),
        (
            "p-hanna",
            system::Command::RevokeShareLink {
                share: ShareId::new("l-2").unwrap(),
                product: ProductId::new("webshop").unwrap(),
                reason: why("over"),
            },
        ),
        (
            "admin",
            system::Command::ErasePerson {
                person: person_id("p-mem"),
                reason: why("asked for it"),
            },
        ),
    ]
}
