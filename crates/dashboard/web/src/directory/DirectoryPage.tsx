/** Whom do I ask? One field, one answer; then all seats, and the questions that had no answer. */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import { Topic } from "../api/gen/koepel/v1/common_pb";
import { idOf, pageOf } from "../api/names";
import { useTitle } from "../app/title";
import { Button } from "../design/Button";
import { TextField } from "../design/Field";
import { PageHead } from "../design/parts";
import { useHere } from "../me/Me";
import { useWords } from "../product/shown";
import { Answer } from "./Answer";
import { Gaps } from "./Gaps";
import { Seats } from "./Seats";
import { type Question, questionOf, searchOf, TOPICS } from "./question";
import style from "./directory.module.css";

export default function DirectoryPage() {
  const { t } = useTranslation("directory");
  useTitle(t("title"));
  const [search] = useSearchParams();
  const question = questionOf(search);
  return (
    <div className={style.page}>
      <PageHead title={t("title")}>{t("lead")}</PageHead>
      <div className={style.ask}>
        <Ask key={question.words} question={question} />
        <Chips question={question} />
      </div>
      <Answer question={question} />
      <Seats />
      <Gaps />
    </div>
  );
}

/** The words are asked when they are sent, and not while they are typed: a question without an answer is noted. */
function Ask({ question }: { question: Question }) {
  const { t } = useTranslation("directory");
  const { name } = useHere();
  const [, go] = useLocation();
  const [words, setWords] = useState(question.words);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(`${pageOf(name, "directory")}${searchOf({ words: words.trim(), domain: "", topic: "" })}`);
  };
  return (
    <form role="search" className={style.form} onSubmit={submit}>
      <TextField type="search" label={t("question")} hint={t("questionHint")} value={words} maxLength={200} onChange={(event) => setWords(event.target.value)} />
      <Button type="submit" weight="main" icon="search">
        {t("ask")}
      </Button>
    </form>
  );
}

function Chips({ question }: { question: Question }) {
  const { t } = useTranslation("directory");
  const { name, domains } = useHere();
  const words = useWords();
  const chip = (key: string, label: string, chosen: boolean, next: Partial<Question>) => (
    <li key={key}>
      <Link className={style.chip} href={`${pageOf(name, "directory")}${searchOf({ ...question, words: "", ...next })}`} aria-current={chosen ? "true" : undefined}>
        {label}
      </Link>
    </li>
  );
  return (
    <div className={style.chips}>
      <h2 id="directory-domains">{t("byDomain")}</h2>
      <ul aria-labelledby="directory-domains">
        {domains.map((domain) => {
          const id = idOf(domain.name);
          const chosen = question.domain === id;
          return chip(id, domain.displayName, chosen, { domain: chosen ? "" : id });
        })}
      </ul>
      <h2 id="directory-topics">{t("byTopic")}</h2>
      <ul aria-labelledby="directory-topics">
        {TOPICS.map((topic) => {
          const chosen = question.topic === topic;
          return chip(topic, words.topic(Topic[topic]), chosen, { topic: chosen ? "" : topic });
        })}
      </ul>
    </div>
  );
}
