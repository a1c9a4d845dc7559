// Signs off who has gone away, after a warning that can be answered. The node ends an unused session by itself too. The tabs of a browser
// share a session, so that who works in one of them is nowhere away.
import { useEffect, useRef, useState } from "preact/hooks";
import { currentSession } from "./api";
import { problemOfError } from "./load";
import { say } from "./messages";
import { Dialog } from "./parts/dialog";

const warnedSeconds = 120;
const lookEveryMs = 1000;
const signs = ["keydown", "pointerdown", "pointermove", "wheel"] as const;
const tellNodeEveryMs = 60_000;
const tellTabsEveryMs = 1000;
const tabs = new BroadcastChannel("muniment-signs-of-life");

export function IdleGuard({ seconds, onIdle }: { seconds: number; onIdle: () => void }) {
  const [left, setLeft] = useState<number | null>(null);
  const last = useRef(Date.now());
  const told = useRef(Date.now());
  const toldTabs = useRef(0);
  const isWarned = left !== null;
  const tellTabs = () => {
    if (last.current - toldTabs.current < tellTabsEveryMs) return;
    toldTabs.current = last.current;
    tabs.postMessage(last.current);
  };
  const stay = () => {
    last.current = Date.now();
    told.current = Date.now();
    tellTabs();
    setLeft(null);
    void currentSession().catch((error: unknown) => problemOfError(error).status === 401 && onIdle());
  };
  useEffect(() => {
    if (isWarned) return;
    // Who types for long asks nothing of the node meanwhile, so it is told.
    const note = () => {
      last.current = Date.now();
      tellTabs();
      if (last.current - told.current < tellNodeEveryMs) return;
      told.current = last.current;
      void currentSession().catch(() => {});
    };
    for (const sign of signs) addEventListener(sign, note, { passive: true });
    return () => {
      for (const sign of signs) removeEventListener(sign, note);
    };
  }, [isWarned]);
  useEffect(() => {
    const hear = ({ data }: MessageEvent<number>) => {
      last.current = Math.max(last.current, data);
    };
    tabs.addEventListener("message", hear);
    return () => tabs.removeEventListener("message", hear);
  }, []);
  useEffect(() => {
    const timer = setInterval(() => {
      const rest = seconds - (Date.now() - last.current) / 1000;
      if (rest <= 0) onIdle();
      else setLeft(rest <= warnedSeconds ? Math.ceil(rest) : null);
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [seconds]);
  if (left === null) return null;
  return (
    <Dialog heading={say("idle.heading")} onCancel={stay}>
      <p>{say("idle.meaning", { seconds: left })}</p>
      <div class="panel-actions">
        <button type="button" class="usa-button usa-button--outline" onClick={onIdle}>
          {say("action.signOut")}
        </button>
        <button type="button" class="usa-button" onClick={stay}>
          {say("action.staySignedIn")}
        </button>
      </div>
    </Dialog>
  );
}
