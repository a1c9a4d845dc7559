// What the tabs of a browser tell each other: that somebody has signed in or out in one of them. They share one session.
const tabs = new BroadcastChannel("muniment-session");

export const tellTabs = () => tabs.postMessage(null);

// Returns what ends it.
export function onTabs(told: () => void): () => void {
  tabs.addEventListener("message", told);
  return () => tabs.removeEventListener("message", told);
}
