//! The pages beside gRPC: the only list of them. The router is built from it, and the test of who may ask what goes by it.

/// A page or address for programs, beside gRPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// What this server is; the dashboard for a browser.
    Welcome,
    /// A page of the dashboard: that of a resource is at its name.
    Page,
    /// The dashboard's pages of the server itself.
    Administration,
    /// The same, one of them.
    AdministrationPage,
    /// A file of the dashboard.
    Asset,
    /// Whether it lives.
    Alive,
    /// Whether it takes commands.
    Ready,
    /// What it has counted.
    Metrics,
    /// Takes in what tools push.
    Events,
    /// Shows what a share link opens.
    Share,
    /// Begins to sign a browser in.
    Login,
    /// As [`Self::Login`], with an invitation.
    Invite,
    /// Where the identity provider sends a browser back to.
    Callback,
    /// Takes the yes of whoever is to be bound by an invitation.
    Confirm,
    /// Signs a browser out.
    Logout,
}

impl Route {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Welcome,
        Self::Page,
        Self::Administration,
        Self::AdministrationPage,
        Self::Asset,
        Self::Alive,
        Self::Ready,
        Self::Metrics,
        Self::Events,
        Self::Share,
        Self::Login,
        Self::Invite,
        Self::Callback,
        Self::Confirm,
        Self::Logout,
    ];

    /// Its path; what is in braces is part of the question.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Welcome => "/",
            Self::Page => "/products/{*page}",
            Self::Administration => "/administration",
            Self::AdministrationPage => "/administration/{*page}",
            Self::Asset => "/assets/{*file}",
            Self::Alive => "/healthz",
            Self::Ready => "/readyz",
            Self::Metrics => "/metrics",
            Self::Events => "/events",
            Self::Share => "/share/{secret}",
            Self::Login => "/auth/login",
            Self::Invite => "/auth/invite/{secret}",
            Self::Callback => "/auth/callback",
            Self::Confirm => "/auth/confirm",
            Self::Logout => "/auth/logout",
        }
    }

    /// Whether it is there only where people can sign in.
    #[must_use]
    pub fn needs_sign_in(self) -> bool {
        match self {
            Self::Login | Self::Invite | Self::Callback | Self::Confirm | Self::Logout => true,
            Self::Welcome
            | Self::Page
            | Self::Administration
            | Self::AdministrationPage
            | Self::Asset
            | Self::Alive
            | Self::Ready
            | Self::Metrics
            | Self::Events
            | Self::Share => false,
        }
    }
}
