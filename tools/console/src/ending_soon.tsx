// Says some minutes before that a session ends by its age, however much it is used.
import { useEffect, useState } from "preact/hooks";
import type { Session } from "./api";
import { say } from "./messages";
import { Alert } from "./parts/alert";

const warnedSeconds = 300;
const lookEveryMs = 10_000;

export function EndingSoon({ session }: { session: Session }) {
  const [left, setLeft] = useState(Infinity); // Seconds.
  useEffect(() => {
    if (!session.session) return setLeft(Infinity);
    const end = Date.now() + session.session.seconds_left * 1000;
    const look = () => setLeft((end - Date.now()) / 1000);
    look();
    const timer = setInterval(look, lookEveryMs);
    return () => clearInterval(timer);
  }, [session]);
  if (left > warnedSeconds) return null;
  return (
    <Alert kind="warning" heading={say("session.endsSoon", { minutes: Math.max(1, Math.ceil(left / 60)) })}>
      <p>{say("session.endsSoonMeaning")}</p>
    </Alert>
  );
}
