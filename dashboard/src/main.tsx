// First: it takes a secret out of the address.
import "./api/signInCode";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./app/app.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { reloadOnceWhenAPartIsGone } from "./app/newVersion";
import { announceNonce } from "./app/nonce";
import { openPaletteByKey } from "./app/shell/paletteKey";

announceNonce();
reloadOnceWhenAPartIsGone();
openPaletteByKey();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
