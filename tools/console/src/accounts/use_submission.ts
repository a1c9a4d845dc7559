// One command on its way: a problem is kept to be shown, and a retry of the same command has the same id, so that it happens once.
import { useRef, useState } from "preact/hooks";
import { submit, type Outcome, type Problem } from "../api";
import { problemOfError } from "../load";

// What became of the command is the node's word alone. Whatever else came back, from the network, from somebody in between, or because the
// session had ended, says nothing of it, nor of an attempt before: the same id again finds out, or does it.
const isSettled = ({ outcome }: Problem): boolean => outcome?.status === "refused" || outcome?.status === "malformed";

export function useSubmission() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const unsettled = useRef<{ text: string; id: string } | null>(null);

  // Null: it was not done, and `problem` says why.
  async function send(command: Record<string, unknown>, etag = ""): Promise<Outcome | Problem> {
    const text = JSON.stringify(command) + etag;
    const id = unsettled.current?.text === text ? unsettled.current.id : crypto.randomUUID();
    setBusy(true);
    setProblem(null);
    try {
      const outcome = await submit(command, id, etag);
      unsettled.current = null;
      return outcome;
    } catch (error) {
      const why = problemOfError(error);
      unsettled.current = isSettled(why) ? null : { text, id };
      return why;
    } finally {
      setBusy(false);
    }
  }
  return { send, problem, setProblem, isBusy };
}

export const isProblem = (answer: Outcome | Problem): answer is Problem => "requestId" in answer;
