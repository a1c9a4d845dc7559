// A page whose script comes when it is first looked at.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Session } from "./api";
import { say } from "./messages";
import { ProblemAlert } from "./parts/alert";

export type PageProps = { session: Session };
export type Loader = () => Promise<ComponentType<PageProps>>;

export function Later({ load, session }: { load: Loader; session: Session }) {
  const [state, setState] = useState<{ page?: ComponentType<PageProps>; hasFailed?: boolean }>({});
  const fetch = () => {
    setState({});
    load().then(
      (page) => setState({ page }),
      () => setState({ hasFailed: true }),
    );
  };
  useEffect(fetch, [load]);
  if (state.hasFailed) return <ProblemAlert problem={{ name: "unreachable", title: "", status: 0, requestId: "" }} onRetry={fetch} />;
  const Page = state.page;
  if (!Page)
    return (
      <p class="loading" role="status">
        {say("state.loading")}
      </p>
    );
  return <Page session={session} />;
}
