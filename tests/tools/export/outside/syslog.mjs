// Events to rsyslog over TLS: every one comes, in the order of positions, through a receiver that is killed and a node that is killed; and a
// receiver whose certificate nobody vouches for gets nothing.
//   node syslog.mjs MUNIMENT RSYSLOGD
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Story, freePort, problemsOf, until } from "./story.mjs";

const [muniment, rsyslogd] = process.argv.slice(2);
const failures = [];
const port = await freePort();
const section = (name, ca) => `[[syslog]]\nname = "${name}"\nhost = "127.0.0.1"\nport = ${port}\nca = "${ca}"\nfrom = "start"\n`;
const story = new Story(muniment, section("siem", "ca.pem") + section("stranger", "other.pem"));
const file = (name) => join(story.folder, name);

function certify() {
  const openssl = (...words) => execFileSync("openssl", words, { stdio: "ignore", cwd: story.folder });
  for (const ca of ["ca", "other"])
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", `/CN=${ca}`, "-keyout", `${ca}.key`, "-out", `${ca}.pem`);
  openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr");
  writeFileSync(file("server.ext"), "subjectAltName=IP:127.0.0.1\n");
  openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "server.ext", "-out", "server.pem");
}

function configure() {
  writeFileSync(file("rsyslog.conf"), `
global(workDirectory="${story.folder}" maxMessageSize="64k" DefaultNetstreamDriver="ossl" DefaultNetstreamDriverCAFile="${file("ca.pem")}"
  DefaultNetstreamDriverCertFile="${file("server.pem")}" DefaultNetstreamDriverKeyFile="${file("server.key")}")
module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
input(type="imtcp" port="${port}" address="127.0.0.1")
template(name="all" type="list") {
  property(name="syslogfacility") constant(value=" ") property(name="app-name") constant(value=" ") property(name="msgid") constant(value=" ")
  property(name="structured-data") constant(value="\\n")
}
action(type="omfile" file="${file("received")}" template="all")
`);
}

let receiver;
async function receive() {
  receiver = spawn(rsyslogd, ["-n", "-f", file("rsyslog.conf"), "-i", file("rsyslog.pid")], { stdio: "ignore" });
  story.running.children.push(receiver);
  let listens = false;
  while (!listens) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    listens = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
  }
}

const lines = () => (existsSync(file("received")) ? readFileSync(file("received"), "utf8").trimEnd().split("\n") : []);
const positions = () => lines().map((line) => Number(/position="(\d+)"/.exec(line)?.[1] ?? 0));

try {
  certify();
  configure();
  await receive();
  await story.serve();
  let last = await story.publish(200);
  await until("what is sent is received", () => positions().includes(last));
  // Both at once: what the receiver's machine has confirmed and it has not written may be lost with it.
  for (const count of [100, 100]) await story.publish(count);
  receiver.kill("SIGKILL");
  last = await story.publish(200);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await story.kill();
  await story.serve();
  await receive();
  last = await story.publish(50);
  await until("all of it comes", () => positions().includes(last));
  failures.push(...problemsOf(positions(), last));
  const line = lines().find((each) => each.includes('position="1"'));
  if (!/^13 muniment store_created \[muniment@32473 origin="[^"]+" position="1" event_id="[0-9a-f]{32}" /.test(line)) failures.push(`the first is ${line}`);
  const stranger = await story.metric('muniment_delivery_position{to="stranger"}');
  if (stranger !== 0) failures.push(`a receiver whom nobody vouches for got ${stranger}`);
} catch (error) {
  failures.push(error.stack);
}
console.log(`${lines().length} messages received`);
story.running.finish();
if (failures.length > 0) {
  console.error(failures.slice(0, 20).join("\n"));
  process.exit(1);
}
