var myHeaders = new Headers();
myHeaders.append("content-type", "application/json");
var raw = JSON.stringify({
  "type": "contact",
  "targetUrl": "https://hooks.zapier.com/hooks/standard/11043413/21d7b275de264bf9aee14a52de22a17d/",
  "isEnabled": false
});
var requestOptions = {
  method: "PUT",
  headers: myHeaders,
  body: raw,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/webhook/dab932d2-c490-48de-96a4-f76848241597", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
