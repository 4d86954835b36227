//! The command line: what is common to all commands, and the list of them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use uuid::Uuid;

use crate::{
    alert, backlog, calendar, clock, completions, connection, decision, deputy, diff, domain,
    escalation, events, explain, identity, import, invitation, item, log, login,
    names::ProductRef,
    output::{Color, Format},
    person, pin, point, product, purpose, rank, roadmap, role, search, serve,
    session::Server,
    share, status, sync, token, undo, who,
};

/// At the end of the help: what a script needs to know.
const AFTER: &str = "\
Names:
  An item is PRODUCT/KEY (webshop/ONLINE-42), or KEY alone with --product, KOEPEL_PRODUCT, or when
  there is one product only. Domains likewise: webshop/online, or online.

Exit codes:
  0  done                              4  not allowed, or no valid token
  1  refused or failed                 5  conflict: somebody else changed it, or the name is taken
  2  the command line is wrong         6  no answer, or the outcome is unknown
  3  not found                       130  stopped with Ctrl-C; 141 the reader of the output has gone

Token:
  --token-file, else KOEPEL_TOKEN, else on the server's own machine the administrator's token in
  the data directory (KOEPEL_DATA_DIR, else XDG_DATA_HOME/koepel, else ~/.local/share/koepel).";

/// One backlog above many: keeps an overarching product backlog and the sub-backlogs of its domains in step.
#[derive(Debug, Parser)]
#[command(name = "koepel", version, after_help = AFTER, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub(crate) globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Address of the server
    #[arg(
        help = "Address of the server [default: KOEPEL_SERVER, else http://127.0.0.1:7400]",
        long,
        global = true,
        value_name = "URL"
    )]
    pub(crate) server: Option<Server>,
    /// File that holds the token to show to the server
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Product of items and domains that are named without one
    #[arg(
        help = "Product of items and domains that are named without one [default: KOEPEL_PRODUCT]",
        long,
        short = 'p',
        global = true,
        value_name = "ID"
    )]
    pub(crate) product: Option<ProductRef>,
    /// Language of the sentences in answers
    #[arg(
        help = "Language of the sentences in answers: en, da, nl [default: KOEPEL_LANGUAGE, else en]",
        long,
        global = true,
        value_name = "TAG"
    )]
    pub(crate) language: Option<String>,
    /// Tables for people, JSON for programs, or TOML files where there are any
    #[arg(long, short, global = true, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "table|json|toml")]
    pub(crate) output: Format,
    /// When to use colour
    #[arg(help = "When to use colour; NO_COLOR is respected", long, global = true, value_enum, default_value_t = Color::Auto, hide_possible_values = true, value_name = "auto|always|never")]
    pub(crate) color: Color,
    /// Only the bare answer: no header lines, no hints, no progress
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Id of this command, to repeat one whose outcome is unknown; a fresh one otherwise
    #[arg(long, global = true, value_name = "UUID", hide_short_help = true)]
    pub(crate) request_id: Option<Uuid>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the overarching backlog or a domain's
    Backlog(backlog::BacklogArgs),
    /// Find items by words in their titles and texts
    Search(search::SearchArgs),
    /// Say why an item is ranked where it is
    Explain(explain::ExplainArgs),
    /// Show, make and change items
    #[command(subcommand)]
    Item(Box<item::ItemCommand>),
    /// Move an item in the overarching order (Chief PO)
    Rank(rank::RankArgs),
    /// Move an item within its domain; no other domain's item moves (domain PO)
    Reorder(rank::ReorderArgs),
    /// Tie an item to its place as a commitment (Chief PO)
    Pin(pin::PinArgs),
    /// Take a pin out
    Unpin(pin::UnpinArgs),
    /// Reverse a move
    Undo(undo::UndoArgs),
    /// Show the roadmap: what is planned for when
    Roadmap(roadmap::RoadmapArgs),
    /// Entries of the roadmap
    #[command(subcommand)]
    Entry(Box<roadmap::entry::EntryCommand>),
    /// What the product is for
    #[command(subcommand)]
    Vision(purpose::VisionCommand),
    /// Goals that items and roadmap entries serve
    #[command(subcommand)]
    Goal(purpose::GoalCommand),
    /// Say what changed between two moments
    Diff(diff::DiffArgs),
    /// PO-syncs: when POs met
    #[command(subcommand)]
    Sync(sync::SyncCommand),
    /// Disagreements on their way to whoever decides them
    #[command(subcommand)]
    Escalation(escalation::EscalationCommand),
    /// The decision log
    #[command(subcommand)]
    Decision(decision::DecisionCommand),
    /// Show what happened, and follow it
    Events(events::EventsArgs),
    /// Bring in items from a file
    Import(import::ImportArgs),
    /// Team tools that push what happens there, and what could not be applied of it
    #[command(subcommand)]
    Connection(connection::ConnectionCommand),
    /// Who is told what, by which way, and what became of it
    #[command(subcommand)]
    Alert(Box<alert::AlertCommand>),
    /// Push the events of a file through a connection
    Push(connection::PushArgs),
    /// Products
    #[command(subcommand)]
    Product(product::ProductCommand),
    /// Domains of a product
    #[command(subcommand)]
    Domain(domain::DomainCommand),
    /// Who is what in a product
    #[command(subcommand)]
    Role(role::RoleCommand),
    /// Who stands in for the Chief PO or a domain PO
    #[command(subcommand)]
    Deputy(deputy::DeputyCommand),
    /// Whom to ask, and the questions that nobody could answer
    #[command(subcommand)]
    Who(who::WhoCommand),
    /// Who decides what, and who comes next
    #[command(subcommand)]
    Point(point::PointCommand),
    /// When teams work, so that time to answer is working time
    #[command(subcommand)]
    Calendar(calendar::CalendarCommand),
    /// People and tools that may hold roles
    #[command(subcommand)]
    Person(person::PersonCommand),
    /// Keys to the API
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Links by which people without an account read
    #[command(subcommand)]
    Share(share::ShareCommand),
    /// Invitations to sign in with an account at the identity provider
    #[command(subcommand)]
    Invitation(invitation::InvitationCommand),
    /// Accounts at the identity provider, and whose they are
    #[command(subcommand)]
    Identity(identity::IdentityCommand),
    /// Browsers that are signed in
    #[command(subcommand)]
    Login(login::LoginCommand),
    /// Say who you are to the server
    Whoami,
    /// Say how the server is
    Status,
    /// The server's clock
    #[command(subcommand)]
    Clock(clock::ClockCommand),
    /// Start the server
    Serve(serve::ServeArgs),
    /// Start a server with two example products, in a directory that is deleted at the end
    Demo(serve::DemoArgs),
    /// Check, back up, restore, export, import and redact a log
    #[command(subcommand)]
    Log(log::LogCommand),
    /// Print the completions of a shell
    Completions(completions::CompletionsArgs),
}

impl Command {
    /// Whether its answer can be a TOML file.
    fn writes_toml(&self) -> bool {
        let calendar = matches!(self, Self::Calendar(command) if command.writes_toml());
        calendar || matches!(self, Self::Point(command) if command.writes_toml())
    }

    /// Runs the command.
    pub(crate) async fn run(
        self,
        ctx: &mut crate::context::Context,
    ) -> Result<(), crate::failure::Failure> {
        if ctx.out.is_toml() && !self.writes_toml() {
            return Err(crate::failure::Failure::usage(
                "only `koepel calendar show` and `koepel point list` answer with `-o toml`",
            ));
        }
        match self {
            Self::Backlog(args) => backlog::run(args, ctx).await,
            Self::Search(args) => search::run(args, ctx).await,
            Self::Explain(args) => explain::run(args, ctx).await,
            Self::Item(command) => item::run(*command, ctx).await,
            Self::Rank(args) => rank::rank(args, ctx).await,
            Self::Reorder(args) => rank::reorder(args, ctx).await,
            Self::Pin(args) => pin::pin(args, ctx).await,
            Self::Unpin(args) => pin::unpin(args, ctx).await,
            Self::Undo(args) => undo::run(args, ctx).await,
            Self::Roadmap(args) => roadmap::run(args, ctx).await,
            Self::Entry(command) => roadmap::entry::run(*command, ctx).await,
            Self::Vision(command) => purpose::vision(command, ctx).await,
            Self::Goal(command) => purpose::goal(command, ctx).await,
            Self::Diff(args) => diff::run(args, ctx).await,
            Self::Sync(command) => sync::run(command, ctx).await,
            Self::Escalation(command) => escalation::run(command, ctx).await,
            Self::Decision(command) => decision::run(command, ctx).await,
            Self::Events(args) => events::run(args, ctx).await,
            Self::Import(args) => import::run(args, ctx).await,
            Self::Connection(command) => connection::run(command, ctx).await,
            Self::Alert(command) => alert::run(*command, ctx).await,
            Self::Push(args) => connection::push(args, ctx).await,
            Self::Product(command) => product::run(command, ctx).await,
            Self::Domain(command) => domain::run(command, ctx).await,
            Self::Role(command) => role::run(command, ctx).await,
            Self::Deputy(command) => deputy::run(command, ctx).await,
            Self::Who(command) => who::run(command, ctx).await,
            Self::Point(command) => point::run(command, ctx).await,
            Self::Calendar(command) => calendar::run(command, ctx).await,
            Self::Person(command) => person::run(command, ctx).await,
            Self::Token(command) => token::run(command, ctx).await,
            Self::Share(command) => share::run(command, ctx).await,
            Self::Invitation(command) => invitation::run(command, ctx).await,
            Self::Identity(command) => identity::run(command, ctx).await,
            Self::Login(command) => login::run(command, ctx).await,
            Self::Whoami => status::whoami(ctx).await,
            Self::Status => status::status(ctx).await,
            Self::Clock(command) => clock::run(command, ctx).await,
            Self::Serve(args) => serve::serve(args).await,
            Self::Demo(args) => serve::demo(args, ctx).await,
            Self::Log(command) => log::run(command, ctx).await,
            Self::Completions(args) => completions::run(args, ctx),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[track_caller]
    fn parses(line: &str) {
        let words = line.split_whitespace();
        if let Err(error) = Cli::try_parse_from(words) {
            panic!("{line}: {error}");
        }
    }

    #[track_caller]
    fn fails(line: &str, says: &str) {
        let error = Cli::try_parse_from(line.split_whitespace()).unwrap_err().to_string();
        assert!(error.contains(says), "{line}: {error}");
    }

    #[test]
    fn every_command_can_be_given() {
        for line in [
            "koepel serve --listen 127.0.0.1:0 --data-dir d --config c.toml",
            "koepel demo",
            "koepel product list",
            "koepel product show webshop",
            "koepel product create webshop --name Webshop --summary s --chief-po p-1",
            "koepel product update webshop --name Shop",
            "koepel domain list webshop",
            "koepel domain show webshop/online",
            "koepel domain create webshop/online --key ONLINE --name Online",
            "koepel domain update online --product webshop --summary s",
            "koepel domain delete webshop/online --reason r",
            "koepel role list",
            "koepel role grant p-1 domain-po --domain webshop/online --replace",
            "koepel role grant p-1 chief_po -p webshop",
            "koepel role revoke p-1 member -p webshop",
            "koepel role grant p-1 scrum-master -d online --from 2027-01-04 --until 2027-06-30 --zone Europe/Copenhagen",
            "koepel role list webshop --all",
            "koepel deputy name p-2 chief-po --until 2027-01-15 --reason leave",
            "koepel deputy dismiss p-2 domain-po -d webshop/online",
            "koepel deputy list webshop --as-of 2026-11-01",
            "koepel who owns the gift cards --of webshop",
            "koepel who gaps webshop",
            "koepel who gaps --resolve 3 --reason said",
            "koepel person list",
            "koepel person create --name N --tool",
            "koepel item show webshop/ONLINE-42",
            "koepel item create webshop/online Title --kind story --top --label a --label b --estimate 2.5",
            "koepel item edit ONLINE-42 --title T --no-parent --status in-progress --moscow wont",
            "koepel item done ONLINE-42",
            "koepel item drop ONLINE-42 --reason r",
            "koepel item reopen ONLINE-42 --bottom",
            "koepel item move ONLINE-42 offline",
            "koepel item split ONLINE-42 One Two --keep",
            "koepel item merge ONLINE-1 ONLINE-2 ONLINE-3",
            "koepel item duplicate ONLINE-2 --of ONLINE-1",
            "koepel item link ONLINE-1 needs ONLINE-2",
            "koepel item unlink ONLINE-1 relates-to https://example.org/1",
            "koepel item request ONLINE-1 backoffice --ask stock",
            "koepel item withdraw ONLINE-1 backoffice",
            "koepel item history ONLINE-1 --limit 0",
            "koepel backlog webshop --domain online --state all --limit 5 --from 100",
            "koepel backlog -o json",
            "koepel search webshop gift card",
            "koepel search webshop escal --domain online -d offline --state all --kind story --label a -n 5",
            "koepel rank ONLINE-1 --between ONLINE-2 ONLINE-3 --with-family --reason r",
            "koepel reorder ONLINE-1 --after ONLINE-2",
            "koepel pin ONLINE-1 --reason r",
            "koepel unpin ONLINE-1",
            "koepel undo webshop 17",
            "koepel undo 17",
            "koepel explain ONLINE-1",
            "koepel backlog --as-of 2026-11-01",
            "koepel item show ONLINE-1 --as-of v120",
            "koepel roadmap webshop --domain online --goal g --release r --as-of 2w",
            "koepel entry add webshop/online Title --start 2027-01-04 --end 2027-03-26 --item ONLINE-1",
            "koepel entry edit webshop/7 --horizon later --no-goal --reason r",
            "koepel entry show 7 --as-of last-sync",
            "koepel entry remove 7 --reason r",
            "koepel entry history 7",
            "koepel vision show",
            "koepel vision publish - webshop --reason r",
            "koepel goal add webshop/fewer-returns --name N --summary s",
            "koepel goal edit fewer-returns --name N",
            "koepel goal close fewer-returns --reason reached",
            "koepel goal list",
            "koepel sync start webshop --id 2026-W47 --title T",
            "koepel sync close 2026-W47 --summary s",
            "koepel sync list -n 5",
            "koepel diff webshop --from 2021-12-01 --to 2022-12-01",
            "koepel diff --from last-sync --domain online --limit 0",
            "koepel escalation list webshop --domain online --all --mine -n 5",
            "koepel escalation show webshop/7",
            "koepel escalation raise Who? webshop --topic budget --item ONLINE-1 --entry 7 --domain online --option A",
            "koepel escalation acknowledge 7",
            "koepel escalation comment 7 no",
            "koepel escalation decide 7 --option 2 --reason r --replaces 3",
            "koepel escalation decide webshop/7 --other A --reason r --expected-version 9",
            "koepel escalation withdraw 7 --reason r",
            "koepel escalation reopen 7 --reason r",
            "koepel decision list webshop --query tills --topic priority --in-force --not-followed",
            "koepel decision show webshop/3",
            "koepel clock show",
            "koepel clock set 2h",
            "koepel serve --manual-clock 2026-11-30T08:00:00Z",
            "koepel events webshop --from 5 --follow --type ItemRanked --domain online",
            "koepel import --product kep --mapping m.toml f.jsonl --dry-run",
            "koepel import --product kep --mapping m.toml f.jsonl --backfill date",
            "koepel connection list webshop",
            "koepel connection show online-jira webshop",
            "koepel connection add webshop/online online-jira --mapping m.toml --source /jira --tool t-1",
            "koepel connection edit online-jira webshop --mapping m.toml",
            "koepel connection remove online-jira --reason r",
            "koepel connection aside --of webshop --connection online-jira -n 5",
            "koepel connection replay 17.0 17.1",
            "koepel connection discard 17.0 --reason r",
            "koepel push online-jira events.jsonl webshop",
            "koepel token create p-1 --purpose ci --expires 90d --only-product webshop --only-role tool",
            "koepel token list",
            "koepel token revoke t-1 --reason lost",
            "koepel person erase p-1 --reason r --yes",
            "koepel share create webshop --roadmap --purpose board --expires 90d",
            "koepel share create --domain webshop/online",
            "koepel share list webshop",
            "koepel share revoke l-1 webshop --reason r",
            "koepel invitation create p-1 --expires 3d",
            "koepel invitation list",
            "koepel invitation revoke n-1 --reason r",
            "koepel invitation redeem https://koepel.example.org/auth/invite/koepel_invite_x",
            "koepel identity list",
            "koepel identity unbind i-1 --reason r",
            "koepel login list",
            "koepel login end s-1 --reason r",
            "koepel whoami",
            "koepel status --server localhost:7400",
            "koepel log verify --data-dir d",
            "koepel log backup b.koepel --data-dir d",
            "koepel log backup b.koepel --server localhost:7400",
            "koepel log restore b.koepel --data-dir d",
            "koepel log export webshop --data-dir d",
            "koepel log import e.jsonl --product webshop --data-dir d",
            "koepel log hash webshop --data-dir d",
            "koepel log redact webshop --text secret --reason asked --by p-7f3a --yes --data-dir d",
            "koepel log redact webshop --text-from f --reason asked --by p-7f3a --dry-run",
            "koepel completions bash",
        ] {
            parses(line);
        }
    }

    #[test]
    fn a_wrong_command_line_says_what_is_wrong() {
        fails("koepel rank ONLINE-1", "--top");
        fails("koepel rank ONLINE-1 --top --bottom", "cannot be used with");
        fails("koepel rank ONLINE --top", "names no item");
        fails("koepel pin ONLINE-1", "--reason");
        fails("koepel escalation decide 7 --reason r", "--option");
        fails("koepel escalation decide 7 --option 1", "--reason");
        fails("koepel escalation show seven", "names nothing by number");
        fails("koepel item drop ONLINE-1", "--reason");
        fails("koepel item edit ONLINE-1 --moscow perhaps", "must, should, could, wont");
        fails("koepel backlog --server https://x", "http only");
        fails("koepel backlog --limit many", "invalid");
        fails("koepel share create --roadmap --domain online", "cannot be used with");
        fails("koepel person erase p-1 --yes", "--reason");
        fails("koepel backlog --as-of yesterday", "is no moment");
        fails("koepel diff webshop", "--from");
        fails("koepel search webshop", "WORDS");
        fails("koepel entry add online T --horizon now --end 2027-01-01", "cannot be used with");
        fails("koepel entry show seven", "names no roadmap entry");
        fails("koepel entry add online T --end 2027-02-30", "is no day");
        fails("koepel item create webshop/online T --estimate NaN", "estimate");
    }
}
