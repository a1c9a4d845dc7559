import { render } from "preact";
import { App } from "./app";
import { Boundary } from "./parts/boundary";
import "./styles/console.scss";

render(
  <Boundary place="">
    <App />
  </Boundary>,
  document.getElementById("console")!,
);
