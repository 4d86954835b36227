//! The index: a folder that can be thrown away and made again. It knows by a mark of its user's how far it has come.

use std::{fs, io, path::Path, sync::Arc};

use tantivy::{
    DocSet as _, IndexReader, IndexWriter, ReloadPolicy, Searcher, TERMINATED, TantivyDocument,
    TantivyError, Term,
    collector::{Collector, SegmentCollector},
    columnar::ColumnValues,
    directory::{MmapDirectory, error::OpenDirectoryError},
    indexer::IndexWriterOptions,
    query::Query as Plan,
    schema::{
        FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
        Value as _,
    },
};

use crate::{
    plan::{self, Side},
    query::Query,
    words::{Exact, Stems},
};

/// Changes with the fields and with the forms of words; an index of another one is none.
const FORMAT: &str = "1";

/// Memory in which a writer gathers texts before it writes them; the library's least.
const GATHER_BYTES: usize = 15_000_000;

const META: &str = "meta.json";
const MANAGED: &str = ".managed.json";

/// Why an index cannot be used. Whatever it is, a new one can be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder.
    #[error("the folder of the index cannot be used: {0}")]
    Io(#[from] io::Error),
    /// The library.
    #[error("{0}")]
    Library(#[from] TantivyError),
    /// The folder, as the library sees it.
    #[error("{0}")]
    Directory(#[from] OpenDirectoryError),
    /// What lies there is no whole index of this program.
    #[error("what lies there is no whole index of this program: {0}")]
    Unfit(String),
}

#[derive(Clone, Copy)]
struct Fields {
    no: Field,
    title: Side,
    text: Side,
    body: Field,
}

impl Fields {
    fn new() -> (Schema, Fields) {
        let indexed = |tokenizer: &str, record| {
            let indexing = TextFieldIndexing::default().set_fieldnorms(false);
            TextOptions::default()
                .set_indexing_options(indexing.set_tokenizer(tokenizer).set_index_option(record))
        };
        let exact = || indexed("exact", IndexRecordOption::WithFreqsAndPositions);
        let stems = || indexed("stems", IndexRecordOption::Basic);
        let mut schema = Schema::builder();
        let fields = Fields {
            no: schema.add_u64_field("no", INDEXED | FAST),
            title: Side {
                exact: schema.add_text_field("title", exact()),
                stems: schema.add_text_field("title_stems", stems()),
            },
            text: Side {
                exact: schema.add_text_field("text", exact()),
                stems: schema.add_text_field("text_stems", stems()),
            },
            body: schema.add_text_field("body", STORED),
        };
        (schema.build(), fields)
    }
}

/// An index in its folder.
pub struct Index {
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
}

/// Puts texts into an index. There may be one at a time.
pub struct Writer {
    writer: IndexWriter,
    fields: Fields,
}

/// An index as of one of its commits.
#[derive(Clone)]
pub struct Reader {
    searcher: Searcher,
    fields: Fields,
}

/// The numbers of what was found, each list in no order and part of `all`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// All.
    pub all: Vec<u32>,
    /// Those that have all words in the title, as typed.
    pub as_typed: Vec<u32>,
    /// Those that have all words in the title.
    pub in_title: Vec<u32>,
    /// Those that have some of the words in the title.
    pub partly_in_title: Vec<u32>,
}

impl Index {
    /// Makes an empty one in a folder, which is made if it is not there; what an earlier one left in it is removed.
    ///
    /// # Errors
    /// [`Error`].
    pub fn create(dir: &Path) -> Result<Self, Error> {
        Self::remove(dir)?;
        make_private(dir)?;
        let (schema, fields) = Fields::new();
        let index = tantivy::Index::create(
            MmapDirectory::open(dir)?,
            schema,
            tantivy::IndexSettings::default(),
        )?;
        Self::of(index, fields)
    }

    /// Opens the one in a folder, if there is one, and says how far it has come. All of it is read and checked.
    ///
    /// # Errors
    /// [`Error`], if it is no use.
    pub fn open(dir: &Path) -> Result<Option<(Self, String)>, Error> {
        if !dir.join(META).try_exists()? {
            // One that was never committed, or nothing at all.
            return Ok(None);
        }
        let unfit = |what: &str| Error::Unfit(what.to_owned());
        let (schema, fields) = Fields::new();
        let index = tantivy::Index::open(MmapDirectory::open(dir)?)?;
        let meta = index.load_metas()?;
        let Some(payload) = meta.payload else { return Ok(None) };
        let mark = payload.strip_prefix(FORMAT).and_then(|rest| rest.strip_prefix(' '));
        let mark = mark.ok_or_else(|| unfit("another version of the program wrote it"))?.to_owned();
        if index.schema() != schema {
            return Err(unfit("it has other fields"));
        }
        if !dir.join(MANAGED).try_exists()? {
            return Err(unfit("the list of its files is missing"));
        }
        if let Some(file) = index.validate_checksum()?.into_iter().next() {
            return Err(unfit(&format!("{} does not match its checksum", file.display())));
        }
        Ok(Some((Self::of(index, fields)?, mark)))
    }

    /// Removes an index with its folder. Says whether there was one.
    ///
    /// # Errors
    /// If it cannot be removed.
    pub fn remove(dir: &Path) -> io::Result<bool> {
        let there = match fs::symlink_metadata(dir) {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        if there.is_dir() {
            fs::remove_dir_all(dir)?
        } else {
            fs::remove_file(dir)?
        }
        Ok(true)
    }

    fn of(index: tantivy::Index, fields: Fields) -> Result<Self, Error> {
        index.tokenizers().register("exact", Exact);
        index.tokenizers().register("stems", Stems::default());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, reader, fields })
    }

    /// What puts texts in.
    ///
    /// # Errors
    /// [`Error`], as if there is one already.
    pub fn writer(&self) -> Result<Writer, Error> {
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(GATHER_BYTES)
            .num_worker_threads(1)
            .num_merge_threads(1)
            .build();
        Ok(Writer { writer: self.index.writer_with_options(options)?, fields: self.fields })
    }

    /// The index as of its last commit.
    ///
    /// # Errors
    /// [`Error`].
    pub fn read(&self) -> Result<Reader, Error> {
        self.reader.reload()?;
        Ok(Reader { searcher: self.reader.searcher(), fields: self.fields })
    }
}

/// Only its owner may enter it: it holds all texts.
fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

impl Writer {
    /// Puts a title and a text in under a number, in the place of those before.
    ///
    /// # Errors
    /// [`Error`].
    pub fn put(&self, no: u32, title: &str, text: &str) -> Result<(), Error> {
        let Fields { title: in_title, text: in_text, body, .. } = self.fields;
        self.writer.delete_term(Term::from_field_u64(self.fields.no, u64::from(no)));
        let mut document = TantivyDocument::default();
        document.add_u64(self.fields.no, u64::from(no));
        for (side, words) in [(in_title, title), (in_text, text)] {
            document.add_text(side.exact, words);
            document.add_text(side.stems, words);
        }
        document.add_text(body, text);
        self.writer.add_document(document)?;
        Ok(())
    }

    /// Makes what was put in findable and lasting, with a mark that says how far it has come.
    ///
    /// # Errors
    /// [`Error`].
    pub fn commit(&mut self, mark: &str) -> Result<(), Error> {
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&format!("{FORMAT} {mark}"));
        commit.commit()?;
        Ok(())
    }

    /// Ends, once what goes on behind it is done.
    ///
    /// # Errors
    /// [`Error`].
    pub fn finish(self) -> Result<(), Error> {
        Ok(self.writer.wait_merging_threads()?)
    }
}

impl Reader {
    /// How many texts it has.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a query finds.
    ///
    /// # Errors
    /// [`Error`].
    pub fn find(&self, query: &Query) -> Result<Found, Error> {
        if query.is_empty() {
            return Ok(Found::default());
        }
        let Fields { title, text, .. } = self.fields;
        let all = self.numbers(&*plan::everywhere(query, title, text))?;
        if all.is_empty() {
            return Ok(Found::default());
        }
        Ok(Found {
            all,
            as_typed: self.numbers(&*plan::as_typed(query, title))?,
            in_title: self.numbers(&*plan::in_title(query, title))?,
            partly_in_title: self.numbers(&*plan::partly_in_title(query, title))?,
        })
    }

    fn numbers(&self, plan: &dyn Plan) -> Result<Vec<u32>, Error> {
        Ok(self.searcher.search(plan, &Numbers)?)
    }

    /// The text that was put in under a number.
    ///
    /// # Errors
    /// [`Error`].
    pub fn text(&self, no: u32) -> Result<Option<String>, Error> {
        let term = Term::from_field_u64(self.fields.no, u64::from(no));
        for (segment, part) in (0..).zip(self.searcher.segment_readers()) {
            let numbers = part.inverted_index(self.fields.no)?;
            let postings = numbers.read_postings(&term, IndexRecordOption::Basic)?;
            let Some(mut postings) = postings else { continue };
            while postings.doc() != TERMINATED && part.is_deleted(postings.doc()) {
                postings.advance();
            }
            if postings.doc() != TERMINATED {
                let address = tantivy::DocAddress::new(segment, postings.doc());
                let document: TantivyDocument = self.searcher.doc(address)?;
                let body = document.get_first(self.fields.body).and_then(|body| body.as_str());
                return Ok(Some(body.unwrap_or_default().to_owned()));
            }
        }
        Ok(None)
    }
}

/// Collects the numbers of all that a plan finds.
struct Numbers;

struct NumbersOfPart {
    column: Arc<dyn ColumnValues<u64>>,
    found: Vec<u32>,
}

impl Collector for Numbers {
    type Fruit = Vec<u32>;
    type Child = NumbersOfPart;

    fn for_segment(
        &self,
        _: tantivy::SegmentOrdinal,
        part: &tantivy::SegmentReader,
    ) -> tantivy::Result<NumbersOfPart> {
        let column = part.fast_fields().u64("no")?.first_or_default_col(0);
        Ok(NumbersOfPart { column, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, found: Vec<Vec<u32>>) -> tantivy::Result<Vec<u32>> {
        Ok(found.concat())
    }
}

impl SegmentCollector for NumbersOfPart {
    type Fruit = Vec<u32>;

    fn collect(&mut self, doc: tantivy::DocId, _: tantivy::Score) {
        // What was put in was a u32.
        self.found.extend(u32::try_from(self.column.get_val(doc)));
    }

    fn harvest(self) -> Vec<u32> {
        self.found
    }
}
