import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// USWDS names its icons relative to where its own build puts them. They are small, and become part of the style sheet.
const icons = fileURLToPath(new URL("node_modules/@uswds/uswds/dist/img", import.meta.url));

export default defineConfig({
  base: "/console/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: { alias: [{ find: /^\.\.\/img/, replacement: icons }] },
  css: { preprocessorOptions: { scss: { loadPaths: ["node_modules/@uswds/uswds/packages", "node_modules"], quietDeps: true, silenceDeprecations: ["import", "global-builtin", "if-function"] } } },
  build: {
    outDir: "node_modules/.built",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 4096,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
