// Says some minutes before that a session ends by its age, however much it is used.
import { useEffect, useState } from "preact/hooks";
import { say } from "./messages";
import { Alert } from "./parts/alert";

const warnedSeconds = 300;

export function EndingSoon({ secondsLeft }: { secondsLeft: number }) {
  const [isSoon, setSoon] = useState(false);
  useEffect(() => {
    setSoon(false);
    const timer = setTimeout(() => setSoon(true), Math.max(0, secondsLeft - warnedSeconds) * 1000);
    return () => clearTimeout(timer);
  }, [secondsLeft]);
  if (!isSoon) return null;
  return (
    <Alert kind="warning" heading={say("session.endsSoon", { minutes: Math.ceil(Math.min(secondsLeft, warnedSeconds) / 60) })}>
      <p>{say("session.endsSoonMeaning")}</p>
    </Alert>
  );
}
