// Starts GraphiQL with licet's endpoint and examples. API keys stay in the
// page's memory: see headersAreNeverStored.
(() => {
  "use strict";

  const { endpoint, examples } = JSON.parse(document.getElementById("config").textContent);
  const el = React.createElement;
  const placeholder = '{\n  "Authorization": "Bearer sk_live_…"\n}';
  const isPlaceholder = (headers) => headers.trim() === "" || headers.includes("…");

  // What the component inside GraphiQL hands out to the page around it.
  let editors; // the context: headerEditor, queryEditor, …, tabs, addTab, changeTab
  let refreshSchema;
  let schemaStatus = 0; // HTTP status of the last schema request, 0 for none
  let keyWasSent = false; // with the last schema request

  // --- Requests ------------------------------------------------------------

  const failure = (message) => ({ errors: [{ message }] });

  async function request(params, headers) {
    let response;
    try {
      response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(params), cache: "no-store" });
    } catch {
      return { status: 0, body: failure("The server at " + endpoint + " did not answer.") };
    }
    try {
      const body = await response.json();
      if (body !== null && typeof body === "object") return { status: response.status, body };
    } catch {
      // Not JSON: told below.
    }
    return { status: response.status, body: failure("The server answered " + response.status + " without JSON.") };
  }

  async function fetcher(params, options) {
    const headers = new Headers({ "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json;q=0.9" });
    for (const [name, value] of Object.entries((options && options.headers) || {})) {
      if (String(value).includes("…")) continue; // the placeholder is not a key
      try {
        headers.set(name, value);
      } catch {
        return failure("The header " + JSON.stringify(name) + " can't be sent: its name or value has characters that HTTP headers don't allow.");
      }
    }
    const { status, body } = await request(params, headers);
    if (params.operationName === "IntrospectionQuery") {
      schemaStatus = status;
      keyWasSent = headers.has("Authorization") || headers.has("X-Api-Key");
      // GraphiQL asks a second time where an answer has no data at all.
      if (!("data" in body)) Object.defineProperty(body, "data", { value: null });
    }
    return body;
  }

  // --- Storage -------------------------------------------------------------

  // Tabs, history and layout live in the browser's storage, or in memory where
  // that is closed.
  function headersAreNeverStored() {
    let store;
    try {
      store = window.localStorage;
      store.getItem("");
    } catch {
      store = null;
    }
    const memory = new Map();
    const prefix = "licet-playground:";
    const get = (key) => (store ? store.getItem(prefix + key) : (memory.get(key) ?? null));
    const keys = () => (store ? Object.keys(store).filter((k) => k.startsWith(prefix)).map((k) => k.slice(prefix.length)) : [...memory.keys()]);
    const remove = (key) => (store ? store.removeItem(prefix + key) : memory.delete(key));
    // GraphiQL's history keeps each operation's headers whatever
    // shouldPersistHeaders says, so they are taken out here.
    const withoutHeaders = (key, value) => {
      if (!["graphiql:tabState", "graphiql:queries", "graphiql:favorites"].includes(key)) return value;
      return JSON.stringify(JSON.parse(value), (name, v) => (name === "headers" ? null : v));
    };
    return {
      getItem: get,
      setItem: (key, value) => {
        if (key === "graphiql:headers") return;
        const clean = withoutHeaders(key, value);
        if (store) store.setItem(prefix + key, clean);
        else memory.set(key, clean);
      },
      removeItem: remove,
      clear: () => keys().forEach(remove),
      get length() {
        return keys().length;
      },
    };
  }

  const storage = headersAreNeverStored();
  if (storage.getItem("graphiql:tabState") === null && examples.length > 0) {
    // GraphiQL takes the first tab's content from here, not from its tabs.
    storage.setItem("graphiql:query", examples[0].query);
    storage.setItem("graphiql:variables", examples[0].variables);
  }

  // --- Headers -------------------------------------------------------------

  let lastHeaders = "";

  // A key typed once serves every tab: where GraphiQL fills the editor with
  // the placeholder or nothing (another tab, an operation out of the history),
  // the headers last seen take its place.
  function onEditHeaders(value) {
    if (!isPlaceholder(value)) {
      lastHeaders = value;
      return;
    }
    const editor = editors && editors.headerEditor;
    if (!editor || editor.hasFocus()) return;
    const wanted = lastHeaders || placeholder;
    if (value !== wanted) editor.setValue(wanted);
  }

  // The first click into the placeholder selects what the key replaces.
  function selectPlaceholder(editor) {
    setTimeout(() => {
      const lines = editor.getValue().split("\n");
      const line = lines.findIndex((l) => l.includes("sk_live_…"));
      if (line < 0 || editor.somethingSelected()) return;
      const from = lines[line].indexOf("sk_live_…");
      editor.setSelection({ line, ch: from }, { line, ch: from + "sk_live_…".length });
    });
  }

  // --- Notice --------------------------------------------------------------

  const notice = document.getElementById("notice");
  const noticeText = document.getElementById("notice-text");
  document.getElementById("notice-close").addEventListener("click", () => (notice.hidden = true));
  document.getElementById("notice-refresh").addEventListener("click", () => refreshSchema && refreshSchema());

  function schemaTrouble(fetchError) {
    if (fetchError.includes("headers are invalid")) return "The Headers tab does not hold a JSON object: mend it, then press";
    if (schemaStatus === 401 && !keyWasSent) return "Paste an API key into the Headers tab (in place of sk_live_…), then press";
    if (schemaStatus === 401) return "The API does not accept this key. Check it in the Headers tab, then press";
    if (schemaStatus === 403) return "This key may not read the schema. Try another in the Headers tab, then press";
    if (schemaStatus === 429) return "Too many requests: wait a moment, then press";
    return "The schema could not be loaded; the response pane says why. To try again, press";
  }

  // --- Examples ------------------------------------------------------------

  let exampleToOpen = null;
  const menu = document.getElementById("examples");
  examples.forEach((example, i) => menu.add(new Option(example.title, String(i))));
  menu.hidden = examples.length === 0;
  menu.addEventListener("change", () => {
    const example = examples[Number(menu.value)];
    menu.value = "";
    if (!example || !editors) return;
    const open = editors.tabs.findIndex((tab) => tab.query === example.query);
    if (open >= 0) {
      editors.changeTab(open);
      return;
    }
    exampleToOpen = example;
    editors.addTab();
  });

  // --- GraphiQL ------------------------------------------------------------

  // Companion draws nothing: it ties GraphiQL's state to the page around it.
  function Companion() {
    const context = GraphiQL.React.useEditorContext({ nonNull: true });
    const { schema, fetchError, isFetching, introspect } = GraphiQL.React.useSchemaStore();
    const shownError = React.useRef(null);
    const { headerEditor, queryEditor, variableEditor, responseEditor, activeTabIndex } = context;
    editors = context;
    refreshSchema = introspect;

    React.useEffect(() => {
      if (!headerEditor) return;
      headerEditor.setOption("lineWrapping", true); // keys are long, phones narrow
      headerEditor.on("focus", selectPlaceholder);
    }, [headerEditor]);

    React.useEffect(() => {
      if (isFetching) return;
      if (fetchError) {
        shownError.current = fetchError;
        noticeText.textContent = schemaTrouble(fetchError);
        notice.hidden = false;
      } else if (schema) {
        notice.hidden = true;
        if (responseEditor && responseEditor.getValue() === shownError.current) responseEditor.setValue("");
      }
    }, [schema, fetchError, isFetching, responseEditor]);

    React.useEffect(() => {
      if (!exampleToOpen) return;
      queryEditor.setValue(exampleToOpen.query);
      variableEditor.setValue(exampleToOpen.variables);
      exampleToOpen = null;
    }, [activeTabIndex, queryEditor, variableEditor]);

    return null;
  }

  const tabs = examples.map(({ query, variables }) => ({ query, variables }));
  ReactDOM.createRoot(document.getElementById("graphiql")).render(
    el(
      GraphiQL,
      {
        fetcher,
        storage,
        defaultTabs: tabs.length > 0 ? tabs : undefined,
        defaultQuery: tabs.length > 0 ? "" : undefined,
        defaultHeaders: placeholder,
        defaultEditorToolsVisibility: "headers",
        shouldPersistHeaders: false,
        onEditHeaders,
      },
      el(Companion),
    ),
  );
})();
