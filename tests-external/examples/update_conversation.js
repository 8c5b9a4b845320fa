var myHeaders = new Headers();
myHeaders.append("content-type", "application/json");
var raw = JSON.stringify({
  "userId": "90be5367-b922-488a-b95f-9656b369ecf7",
  "teamId": "",
  "folder": "inbox"
});
var requestOptions = {
  method: "PUT",
  headers: myHeaders,
  body: raw,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/conversation/6bea4b13-e818-4544-8c43-e28a5c6cb67f", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
