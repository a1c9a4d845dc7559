import { say, sayList } from "../messages";
import { serviceChange, type Service } from "./model";

// What Submit would grant and revoke, told before it is pressed.
export function ChangePreview({ from, to, services, who }: { from: ReadonlySet<string>; to: ReadonlySet<string>; services: Service[]; who: string }) {
  const change = serviceChange(from, to);
  const named = (isGranted: boolean) =>
    change.filter((one) => one.isGranted === isGranted).map((one) => services.find((known) => known.service === one.service)?.name ?? one.service);
  const granted = named(true);
  const revoked = named(false);
  return (
    <div class="preview" role="status">
      {change.length === 0 && <p>{say("preview.none")}</p>}
      {granted.length > 0 && <p class="preview-granted">{say("preview.granted", { who, services: sayList(granted) })}</p>}
      {revoked.length > 0 && <p class="preview-revoked">{say("preview.revoked", { who, services: sayList(revoked) })}</p>}
    </div>
  );
}
