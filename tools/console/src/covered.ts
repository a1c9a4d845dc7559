// Whether the pages are out of sight beneath a sign-in or the terms. Nothing of them may take the screen or the keyboard meanwhile: a modal
// dialog, even one that is not to be seen, makes all that is outside of it dead.
import { createContext } from "preact";

export const CoveredContext = createContext(false);
