/** The column of facts beside an item's text: each is changed where it stands. */

import { useQuery } from "@connectrpc/connect-query";
import { type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ItemKind, ItemStatus, Moscow } from "../api/gen/koepel/v1/common_pb";
import { RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { idOf, pageOf } from "../api/names";
import { TextArea, TextField } from "../design/Field";
import { Tag } from "../design/parts";
import { ItemField } from "../product/ItemField";
import { useItems } from "../product/useItems";
import { number, typedNumber } from "../i18n/format";
import { useHere } from "../me/Me";
import { Ago, DomainTag, ItemLink, KindSign, PersonName, StatusSign, useWords } from "../product/shown";
import { Choose } from "./Choose";
import { Editable } from "./Editable";
import { addressesOf, estimateOf, listOf, wholeOf } from "./fields";
import { useItemHere } from "./itemHere";
import { PeopleField } from "./People";
import { webAddress } from "./text";
import { WhomToAsk } from "./WhomToAsk";
import style from "./Facts.module.css";

const KINDS = [ItemKind.EPIC, ItemKind.FEATURE, ItemKind.STORY, ItemKind.TASK, ItemKind.DEFECT, ItemKind.IMPEDIMENT] as const;
const OPEN = [ItemStatus.NEW, ItemStatus.READY, ItemStatus.IN_PROGRESS] as const;
const MOSCOWS = [Moscow.MUST, Moscow.SHOULD, Moscow.COULD, Moscow.WONT, Moscow.UNSPECIFIED] as const;

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={style.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const None = () => <span className={style.none}>–</span>;

export function Facts() {
  const { t } = useTranslation("item");
  const { item, mayEdit } = useItemHere();
  const words = useWords();
  const isOpen = item.place > 0;
  return (
    <div className={style.facts}>
      <h2 className="visually-hidden">{t("facts")}</h2>
      <dl>
        <Fact label={t("field.status")}>
          {isOpen ? (
            <Choose field="status" label={t("field.status")} options={OPEN.map((value) => ({ value, label: words.status(value) }))}>
              <StatusSign status={item.status} />
            </Choose>
          ) : (
            <StatusSign status={item.status} />
          )}
        </Fact>
        <Fact label={t("places")}>
          <Places />
        </Fact>
        <Fact label={t("domain")}>
          <DomainTag name={item.domain} />
        </Fact>
        <Fact label={t("field.kind")}>
          <Choose field="kind" label={t("field.kind")} options={KINDS.map((value) => ({ value, label: words.kind(value) }))}>
            <KindSign kind={item.kind} />
          </Choose>
        </Fact>
        <Fact label={t("field.moscow")}>
          <Choose field="moscow" label={t("field.moscow")} options={MOSCOWS.map((value) => ({ value, label: words.moscow(value) }))}>
            {item.moscow === Moscow.UNSPECIFIED && !mayEdit ? <None /> : <span>{words.moscow(item.moscow)}</span>}
          </Choose>
        </Fact>
        <Fact label={t("field.goal")}>
          <Goal />
        </Fact>
        <Fact label={t("field.estimate")}>
          <Editable
            field="estimate"
            label={t("field.estimate")}
            value={item.estimate}
            typedOf={(value) => (value === undefined ? "" : typedNumber(value))}
            read={estimateOf}
            renderValue={(value) => (value === undefined ? t("none") : number(value))}
            renderForm={({ typed, type, wrong }) => (
              <TextField label={t("field.estimate")} hideLabel inputMode="decimal" hint={t("hint.estimate")} value={typed} wrong={wrong} onChange={(event) => type(event.target.value)} />
            )}
          >
            {item.estimate === undefined ? <None /> : <span>{number(item.estimate)}</span>}
          </Editable>
        </Fact>
        <Fact label={t("field.value")}>
          <Editable
            field="value"
            label={t("field.value")}
            value={item.value}
            typedOf={(value) => (value === undefined ? "" : typedNumber(value))}
            read={wholeOf}
            renderValue={(value) => (value === undefined ? t("none") : number(value))}
            renderForm={({ typed, type, wrong }) => (
              <TextField label={t("field.value")} hideLabel inputMode="numeric" hint={t("hint.value")} value={typed} wrong={wrong} onChange={(event) => type(event.target.value)} />
            )}
          >
            {item.value === undefined ? <None /> : <span>{number(item.value)}</span>}
          </Editable>
        </Fact>
        <Fact label={t("field.parent")}>
          <Parent />
        </Fact>
        <Fact label={t("field.labels")}>
          <Editable
            field="labels"
            label={t("field.labels")}
            value={item.labels}
            typedOf={(value) => value.join(", ")}
            read={(typed) => listOf(typed, /[,\n]/)}
            renderValue={(value) => value.join(", ") || t("none")}
            renderForm={({ typed, type, wrong }) => (
              <TextField label={t("field.labels")} hideLabel hint={t("hint.labels")} value={typed} wrong={wrong} onChange={(event) => type(event.target.value)} />
            )}
          >
            {item.labels.length === 0 ? (
              <None />
            ) : (
              <span className={style.tags}>
                {item.labels.map((label) => (
                  <Tag key={label}>{label}</Tag>
                ))}
              </span>
            )}
          </Editable>
        </Fact>
        <Fact label={t("field.people")}>
          <Editable
            field="people"
            label={t("field.people")}
            value={item.people}
            typedOf={(value) => value}
            read={(typed) => ({ value: typed })}
            renderValue={(value) => (value.length === 0 ? t("none") : <People people={value} />)}
            renderForm={({ typed, type, wrong }) => <PeopleField label={t("field.people")} chosen={typed} onChange={type} wrong={wrong} />}
          >
            {item.people.length === 0 ? <None /> : <People people={item.people} />}
          </Editable>
        </Fact>
        <Fact label={t("field.sourceLinks")}>
          <Editable
            field="sourceLinks"
            label={t("field.sourceLinks")}
            linked
            value={item.sourceLinks}
            typedOf={(value) => value.join("\n")}
            read={addressesOf}
            renderValue={(value) => value.join("\n") || t("none")}
            renderForm={({ typed, type, wrong }) => (
              <TextArea label={t("field.sourceLinks")} hideLabel hint={t("hint.sourceLinks")} value={typed} wrong={wrong} onChange={(event) => type(event.target.value)} />
            )}
          >
            {item.sourceLinks.length === 0 ? <None /> : <Sources links={item.sourceLinks} />}
          </Editable>
        </Fact>
        <Fact label={t("ask.title")}>
          <WhomToAsk />
        </Fact>
        <Fact label={t("made")}>
          <Ago time={item.createTime} />
        </Fact>
        <Fact label={t("lastChanged")}>
          <Ago time={item.updateTime} />
        </Fact>
      </dl>
    </div>
  );
}

function Places() {
  const { t } = useTranslation("item");
  const { item, isPast } = useItemHere();
  const { name, product, domain } = useHere();
  if (item.place === 0) return <span className={style.none}>{t("noPlace")}</span>;
  const of = domain(item.domain);
  const values = { place: number(item.place), domainPlace: number(item.domainPlace), domain: of?.displayName ?? idOf(item.domain) };
  const sentence = isPast ? t("placeThen", values) : t("place", { ...values, all: number(product.openItems), domainAll: number(of?.openItems ?? 0) });
  return <Link href={`${pageOf(name, "backlog")}?item=${item.key}`}>{sentence}</Link>;
}

function Goal() {
  const { t } = useTranslation("item");
  const { item } = useItemHere();
  const { name } = useHere();
  const goals = useQuery(RoadmapService.method.listGoals, { parent: name, pageSize: 1_000 });
  const all = goals.data?.goals ?? [];
  const shown = all.find((goal) => goal.name === item.goal)?.displayName ?? (item.goal ? idOf(item.goal) : "");
  const options = [
    { value: "", label: t("noGoal") },
    ...all.filter((goal) => !goal.closed || goal.name === item.goal).map((goal) => ({ value: goal.name, label: goal.displayName })),
  ];
  return (
    <Choose field="goal" label={t("field.goal")} options={options}>
      {shown ? <span>{shown}</span> : <None />}
    </Choose>
  );
}

function Parent() {
  const { t } = useTranslation("item");
  const { item } = useItemHere();
  const titles = useItems(item.parent ? [item.parent] : []);
  return (
    <Editable
      field="parent"
      label={t("field.parent")}
      linked
      value={item.parent}
      typedOf={(value): readonly string[] => (value ? [value] : [])}
      read={(typed) => ({ value: typed[0] ?? "" })}
      renderValue={(value) => (value ? idOf(value) : t("none"))}
      renderForm={({ typed, type, wrong }) => <ItemField label={t("field.parent")} hideLabel hint={t("hint.parent")} chosen={typed} most={1} wrong={wrong} onChange={type} />}
    >
      {item.parent ? (
        <span>
          <ItemLink name={item.parent} /> {titles.get(item.parent)?.title}
        </span>
      ) : (
        <None />
      )}
    </Editable>
  );
}

function People({ people }: { people: readonly string[] }) {
  return (
    <span className={style.list}>
      {people.map((person) => (
        <PersonName key={person} person={person} />
      ))}
    </span>
  );
}

/** Where the item comes from: an address of the web leads there; anything else is told as it is. */
function Sources({ links }: { links: readonly string[] }) {
  return (
    <ul className={style.list}>
      {links.map((link) => {
        const href = webAddress(link);
        return (
          <li key={link}>
            {href ? (
              <a href={href} rel="noreferrer noopener" target="_blank">
                {link.replace(/^https?:\/\//i, "")}
              </a>
            ) : (
              link
            )}
          </li>
        );
      })}
    </ul>
  );
}
