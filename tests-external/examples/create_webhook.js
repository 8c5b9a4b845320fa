var myHeaders = new Headers();
myHeaders.append("content-type", "application/json");
var raw = JSON.stringify({
  "type": "message",
  "targetUrl": "https://webhook.site/6899463c-c692-4610-a138-5ba069f690bc",
  "isEnabled": false
});
var requestOptions = {
  method: "POST",
  headers: myHeaders,
  body: raw,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/webhook", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
