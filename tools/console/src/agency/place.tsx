// Where the agency's pages are.
import { say } from "../messages";
import { addressOf } from "../route";

export const path = "/agency/accounts";

export function BackToSearch() {
  return (
    <p class="no-print">
      <a class="usa-link" href={addressOf(path)}>
        {say("agency.back")}
      </a>
    </p>
  );
}
