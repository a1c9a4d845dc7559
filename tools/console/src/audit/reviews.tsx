// Reviews of access: which there are, and of one its people and what was decided about them.
import { useRef, useState } from "preact/hooks";
import { get, type Page, type Session } from "../api";
import { useLoaded } from "../load";
import type { PageProps } from "../later";
import { fullName } from "../accounts/model";
import { say, sayList, sayNamed, sayNumber } from "../messages";
import { People, Person, Provider, Providers, useNamedText, useNamesOf } from "../names";
import { ProblemAlert } from "../parts/alert";
import { useFollowingFocus } from "../parts/following_focus";
import { AsOfLoaded, Whole } from "../parts/states";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";
import { addressOf, goTo, usePlace } from "../route";
import { AnswerOf } from "./answer";
import { named, serviceNames, type ServiceNames } from "./catalogue";
import { DecisionForm } from "./decision";
import { usePages } from "./pages_of";
import { AssignReviewer, CloseReview, OpenReview, Seal, type SealedReview } from "./review_forms";

interface Review {
  review: string;
  state: "open" | "late" | "closed";
  providers: string[];
  due_at: string;
  people: string;
  undecided: string;
  not_carried_out: string;
  opened_by: string;
}

const pagePeople = 1000;

export interface ReviewItem {
  provider: string;
  username: string;
  last_name?: string;
  first_name?: string;
  services: string[];
  reviewers: string[];
  state: string;
  decided_at?: string;
  decided_by?: string;
  reason?: string;
  decided_together?: string;
  revoked_at?: string;
}

interface ReviewPage extends Page<ReviewItem>, SealedReview {}

export function ReviewsPage({ session }: PageProps) {
  const { query } = usePlace();
  return query.review ? <OneReview key={query.review} review={query.review} session={session} /> : <AllReviews session={session} />;
}

const undecidedOf = (review: Review): string => say("reviews.of", { count: sayNumber(Number(review.undecided)), people: sayNumber(Number(review.people)) });

const reviewColumns: Column<Review>[] = [
  {
    label: "reviews.review",
    isHeading: true,
    show: (row) => (
      <a class="usa-link" href={addressOf("/audit/reviews", { review: row.review })}>
        {row.review}
      </a>
    ),
  },
  { label: "field.providers", show: (row) => <Providers ids={row.providers} /> },
  { label: "findings.state", show: (row) => sayNamed("state", row.state) },
  { label: "reviews.due", show: (row) => <Time at={row.due_at} /> },
  { label: "reviews.undecided", show: undecidedOf },
  { label: "reviews.notCarriedOut", show: (row) => sayNumber(Number(row.not_carried_out)) },
];

const providersOf = (reviews: Review[]) => reviews.flatMap(({ providers }) => providers.map((provider) => ({ provider })));

const mayHold = (session: Session): boolean => session.role === "officer" || session.role === "account";

function AllReviews({ session }: PageProps) {
  const { query } = usePlace();
  const [waitFor, setWaitFor] = useState("");
  const pages = usePages<Review>("/v1/audit/reviews", { state: query.state, wait_for: waitFor });
  useNamesOf(providersOf(pages.rows), query.state);
  return (
    <>
      <h1>{say("reviews.heading")}</h1>
      <p class="no-print">{say("reviews.meaning")}</p>
      {mayHold(session) && <OpenReview session={session} onDone={setWaitFor} />}
      <div class="usa-form-group choose no-print">
        <label class="usa-label" for="field-state">
          {say("findings.state")}
        </label>
        <select class="usa-select" id="field-state" value={query.state ?? ""} onChange={(event) => goTo("/audit/reviews", { state: event.currentTarget.value })}>
          <option value="">{say("filters.all")}</option>
          {["open", "late", "closed"].map((state) => (
            <option key={state} value={state}>
              {sayNamed("state", state)}
            </option>
          ))}
        </select>
      </div>
      <AnswerOf pages={pages} count="reviews.count" empty={say("reviews.none")}>
        <Table columns={reviewColumns} rows={pages.rows} keyOf={(row) => row.review} />
      </AnswerOf>
    </>
  );
}

function OneReview({ review, session }: { review: string; session: Session }) {
  const path = `/v1/audit/reviews/${encodeURIComponent(review)}`;
  const waitFor = useRef("");
  const self = session.role === "officer" ? `officer:${session.name}` : session.role === "account" ? session.name : "";
  const names = useLoaded("names", serviceNames).value ?? new Map<string, string>();
  const { query } = usePlace();
  const wanted = useRef(pagePeople); // As many people as were asked for stay when it is looked at anew.
  const loaded = useLoaded(`${review} ${query.provider}`, () => peopleOf(path, { provider: query.provider, wait_for: waitFor.current }, wanted.current));
  const itself = useLoaded(review, () => findReview(review, waitFor.current));
  useNamesOf(loaded.value?.rows ?? [], review);
  const again = (position: string) => {
    waitFor.current = position;
    loaded.reload();
    itself.reload();
  };
  const more = () => {
    wanted.current += pagePeople;
    loaded.reload();
  };
  const providers = itself.value?.providers ?? [];
  return (
    <>
      <h1>{say("reviews.one", { review })}</h1>
      <p class="no-print">
        <a class="usa-link" href={addressOf("/audit/reviews")}>
          {say("reviews.back")}
        </a>
      </p>
      {itself.problem && <ProblemAlert problem={itself.problem} onRetry={itself.reload} />}
      {itself.value && <Progress review={itself.value} />}
      {providers.length > 1 && <ChooseProvider review={review} providers={providers} chosen={query.provider ?? ""} />}
      <Whole loaded={loaded} isEmpty={(page) => page.rows.length === 0} empty={say("reviews.nobody")}>
        {(page) => (
          <>
            {page.closed_position && <Seal review={review} sealed={page} self={mayHold(session) ? self : ""} onDone={again} />}
            {page.rows.map((item) => (
              <Item
                key={`${item.provider} ${item.username}`}
                review={review}
                item={item}
                names={names}
                isMine={!page.closed_position && (item.reviewers?.includes(self) ?? false)}
                onDecided={again}
              />
            ))}
            {page.next && (
              <p class="panel-actions">
                <button type="button" class="usa-button usa-button--outline" onClick={more} disabled={loaded.isLoading}>
                  {loaded.isLoading ? say("state.loading") : say("action.showMore")}
                </button>
              </p>
            )}
            {itself.value && !page.closed_position && mayHold(session) && (
              <>
                <AssignReviewer review={review} providers={providers} onDone={again} />
                <CloseReview review={review} undecided={Number(itself.value.undecided)} onDone={again} />
              </>
            )}
          </>
        )}
      </Whole>
      <AsOfLoaded loaded={loaded} />
    </>
  );
}

// Its first people, so many of them where there are, and what is said of the review itself.
async function peopleOf(path: string, parameters: Record<string, string | undefined>, wanted: number): Promise<ReviewPage> {
  const limit = String(pagePeople);
  let { body: page } = await get<ReviewPage>(path, { ...parameters, limit });
  while (page.next && page.rows.length < wanted) {
    const { body } = await get<ReviewPage>(path, { ...parameters, limit, cursor: page.next });
    page = { ...page, rows: [...page.rows, ...body.rows], next: body.next };
  }
  return page;
}

// There is no question for one alone.
async function findReview(review: string, waitFor: string): Promise<Review | undefined> {
  let cursor: string | undefined;
  do {
    const { body }: { body: Page<Review> } = await get<Page<Review>>("/v1/audit/reviews", { limit: "1000", wait_for: waitFor, cursor });
    const found = body.rows.find((one) => one.review === review);
    if (found) return found;
    cursor = body.next;
  } while (cursor);
  return undefined;
}

function ChooseProvider({ review, providers, chosen }: { review: string; providers: string[]; chosen: string }) {
  const named = useNamedText();
  return (
    <div class="usa-form-group choose no-print">
      <label class="usa-label" for="field-provider">
        {say("field.provider")}
      </label>
      <select class="usa-select" id="field-provider" value={chosen} onChange={(event) => goTo("/audit/reviews", { review, provider: event.currentTarget.value })}>
        <option value="">{say("filters.all")}</option>
        {providers.map((provider) => (
          <option key={provider} value={provider}>
            {named.provider(provider)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Progress({ review }: { review: Review }) {
  return (
    <dl class="facts">
      <dt>{say("field.providers")}</dt>
      <dd>
        <Providers ids={review.providers} />
      </dd>
      <dt>{say("reviews.openedBy")}</dt>
      <dd>
        <Person username={review.opened_by} />
      </dd>
      <dt>{say("findings.state")}</dt>
      <dd>{sayNamed("state", review.state)}</dd>
      <dt>{say("reviews.due")}</dt>
      <dd>
        <Time at={review.due_at} />
      </dd>
      <dt>{say("reviews.undecided")}</dt>
      <dd>{undecidedOf(review)}</dd>
    </dl>
  );
}

function Item({ review, item, names, isMine, onDecided }: { review: string; item: ReviewItem; names: ServiceNames; isMine: boolean; onDecided: (position: string) => void }) {
  const who = fullName(item) || item.username;
  // What was decided about somebody is told where that was.
  const place = useFollowingFocus<HTMLElement>(item.state, () => "h2");
  return (
    <section ref={place} class="panel" aria-label={who}>
      <h2 tabIndex={-1} class="panel-heading">
        {who} <span class="tag">{sayNamed("state", item.state)}</span>
      </h2>
      <dl class="facts">
        <dt>{say("results.username")}</dt>
        <dd class="code">{item.username}</dd>
        <dt>{say("field.provider")}</dt>
        <dd>
          <Provider id={item.provider} />
        </dd>
        <dt>{say("reviews.held")}</dt>
        <dd>{item.services?.length ? sayList(named(names, item.services)) : say("confirmation.none")}</dd>
        <dt>{say("reviews.reviewers")}</dt>
        <dd>
          <People usernames={item.reviewers} />
        </dd>
        {item.decided_at && (
          <>
            <dt>{say("reviews.decided")}</dt>
            <dd class="with-names">
              <Person username={item.decided_by} /> <Time at={item.decided_at} /> <span>{item.reason}</span>
            </dd>
          </>
        )}
        {item.revoked_at && (
          <>
            <dt>{say("reviews.carriedOut")}</dt>
            <dd>
              <Time at={item.revoked_at} />
            </dd>
          </>
        )}
      </dl>
      {isMine && (item.state === "undecided" || item.state === "asked") && <DecisionForm review={review} item={item} who={who} onDecided={onDecided} />}
    </section>
  );
}
