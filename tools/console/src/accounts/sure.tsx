import { say } from "../messages";
import { Dialog } from "../parts/dialog";

// Asks before something that cannot be taken back by the panel itself.
export function Sure({ heading, reasons, action, onSure, onStay }: { heading: string; reasons: string[]; action: string; onSure: () => void; onStay: () => void }) {
  return (
    <Dialog heading={heading} onCancel={onStay}>
      {reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
      <div class="panel-actions">
        <button type="button" class="usa-button usa-button--outline" onClick={onStay}>
          {say("action.stay")}
        </button>
        <button type="button" class="usa-button danger" onClick={onSure}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}

export function AskToLeave({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  return <Sure heading={say("leave.heading")} reasons={[say("leave.meaning")]} action={say("action.leave")} onSure={onLeave} onStay={onStay} />;
}
