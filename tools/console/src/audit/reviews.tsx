// Reviews of access: which there are, and of one its people and what was decided about them.
import { useState } from "preact/hooks";
import { get, type Page } from "../api";
import { useLoaded } from "../load";
import type { PageProps } from "../later";
import { fullName } from "../accounts/model";
import { say, sayList, sayNamed, sayNumber, sayProvider } from "../messages";
import { AsOfEvent, Whole } from "../parts/states";
import { Time } from "../parts/time";
import { addressOf, goTo, usePlace } from "../route";
import { named, serviceNames, type ServiceNames } from "./catalogue";
import { DecisionForm } from "./decision";

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

export function ReviewsPage({ session }: PageProps) {
  const { query } = usePlace();
  const self = session.role === "officer" ? `officer:${session.name}` : session.role === "account" ? session.name : "";
  return query.review ? <OneReview review={query.review} self={self} /> : <AllReviews />;
}

function AllReviews() {
  const { query } = usePlace();
  const loaded = useLoaded(`reviews ${query.state}`, async () => (await get<Page<Review>>("/v1/audit/reviews", { state: query.state, limit: "1000" })).body);
  return (
    <>
      <h1>{say("reviews.heading")}</h1>
      <p class="no-print">{say("reviews.meaning")}</p>
      <div class="usa-form-group">
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
      <Whole loaded={loaded} isEmpty={(page) => page.rows.length === 0} empty={say("reviews.none")}>
        {(page) => (
          <>
            <table class="usa-table">
              <thead>
                <tr>
                  <th scope="col">{say("reviews.review")}</th>
                  <th scope="col">{say("findings.state")}</th>
                  <th scope="col">{say("reviews.due")}</th>
                  <th scope="col">{say("reviews.undecided")}</th>
                  <th scope="col">{say("reviews.notCarriedOut")}</th>
                </tr>
              </thead>
              <tbody>
                {page.rows.map((row) => (
                  <tr key={row.review}>
                    <th scope="row" data-label={say("reviews.review")}>
                      <a class="usa-link" href={addressOf("/audit/reviews", { review: row.review })}>
                        {row.review}
                      </a>
                    </th>
                    <td data-label={say("findings.state")}>{sayNamed("state", row.state)}</td>
                    <td data-label={say("reviews.due")}>
                      <Time at={row.due_at} />
                    </td>
                    <td data-label={say("reviews.undecided")}>{say("reviews.of", { count: sayNumber(Number(row.undecided)), people: sayNumber(Number(row.people)) })}</td>
                    <td data-label={say("reviews.notCarriedOut")}>{sayNumber(Number(row.not_carried_out))}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <AsOfEvent position={page.true_of} isLoading={loaded.isLoading} onRefresh={loaded.reload} />
          </>
        )}
      </Whole>
    </>
  );
}

function OneReview({ review, self }: { review: string; self: string }) {
  const path = `/v1/audit/reviews/${encodeURIComponent(review)}`;
  const [waitFor, setWaitFor] = useState("");
  const names = useLoaded("names", serviceNames).value ?? new Map<string, string>();
  const loaded = useLoaded(`${review} ${waitFor}`, async () => (await get<Page<ReviewItem>>(path, { limit: "1000", wait_for: waitFor })).body);
  return (
    <>
      <h1>{say("reviews.one", { review })}</h1>
      <p class="no-print">
        <a class="usa-link" href={addressOf("/audit/reviews")}>
          {say("reviews.back")}
        </a>
      </p>
      <Whole loaded={loaded} isEmpty={(page) => page.rows.length === 0} empty={say("reviews.nobody")}>
        {(page) => (
          <>
            {page.rows.map((item) => (
              <Item key={`${item.provider} ${item.username}`} review={review} item={item} names={names} isMine={item.reviewers?.includes(self) ?? false} onDecided={setWaitFor} />
            ))}
            {page.next && <p>{say("results.more")}</p>}
            <AsOfEvent position={page.true_of} isLoading={loaded.isLoading} onRefresh={loaded.reload} />
          </>
        )}
      </Whole>
    </>
  );
}

function Item({ review, item, names, isMine, onDecided }: { review: string; item: ReviewItem; names: ServiceNames; isMine: boolean; onDecided: (position: string) => void }) {
  const who = fullName(item) || item.username;
  return (
    <section class="panel" aria-label={who}>
      <h2>
        {who} <span class="tag">{sayNamed("state", item.state)}</span>
      </h2>
      <dl class="facts">
        <dt>{say("results.username")}</dt>
        <dd class="code">{item.username}</dd>
        <dt>{say("field.provider")}</dt>
        <dd class="code pid-sl">{sayProvider(item.provider)}</dd>
        <dt>{say("reviews.held")}</dt>
        <dd>{item.services?.length ? sayList(named(names, item.services)) : say("confirmation.none")}</dd>
        <dt>{say("reviews.reviewers")}</dt>
        <dd class="code">{item.reviewers?.join(", ")}</dd>
        {item.decided_at && (
          <>
            <dt>{say("reviews.decided")}</dt>
            <dd>
              {item.decided_by} <Time at={item.decided_at} /> {item.reason}
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
