import { render } from "preact";
import { App } from "./app";
import "./styles/console.scss";

render(<App />, document.getElementById("console")!);
