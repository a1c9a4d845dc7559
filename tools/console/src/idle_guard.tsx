// Signs off who has gone away, after a warning that can be answered. The node ends an unused session by itself too. The tabs of a browser
// share a session, so that who works in one of them is nowhere away.
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { CoveredContext } from "./covered";
import { say } from "./messages";
import { Dialog } from "./parts/dialog";

const warnedSeconds = 120;
const lookEveryMs = 1000;
const signs = ["keydown", "pointerdown", "pointermove", "wheel"] as const;
const tellNodeEveryMs = 60_000;
const tellTabsEveryMs = 1000;
const tabs = new BroadcastChannel("muniment-signs-of-life");

interface Props {
  seconds: number;
  onLook: () => Promise<unknown>; // At the session: the node takes that for a sign of life.
  onIdle: () => void;
}

export function IdleGuard({ seconds, onLook, onIdle }: Props) {
  const [left, setLeft] = useState<number | null>(null);
  const last = useRef(Date.now());
  const told = useRef(Date.now());
  const toldTabs = useRef(0);
  const isWarned = left !== null;
  const isCovered = useContext(CoveredContext); // By a sign-in or the terms: there is nothing to be signed off from.
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
    void onLook();
  };
  useEffect(() => {
    if (isWarned || isCovered) return;
    // Who types for long asks nothing of the node meanwhile, so it is told.
    const note = () => {
      last.current = Date.now();
      tellTabs();
      if (last.current - told.current < tellNodeEveryMs) return;
      told.current = last.current;
      void onLook();
    };
    for (const sign of signs) addEventListener(sign, note, { passive: true });
    return () => {
      for (const sign of signs) removeEventListener(sign, note);
    };
  }, [isWarned, isCovered]);
  useEffect(() => {
    const hear = ({ data }: MessageEvent<number>) => {
      last.current = Math.max(last.current, data);
    };
    tabs.addEventListener("message", hear);
    return () => tabs.removeEventListener("message", hear);
  }, []);
  useEffect(() => {
    if (isCovered) return setLeft(null);
    last.current = Date.now();
    const timer = setInterval(() => {
      const rest = seconds - (Date.now() - last.current) / 1000;
      if (rest <= 0) onIdle();
      else setLeft(rest <= warnedSeconds ? Math.ceil(rest) : null);
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [seconds, isCovered]);
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
