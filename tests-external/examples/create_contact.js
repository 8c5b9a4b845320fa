var myHeaders = new Headers();
myHeaders.append("content-type", "application/json");
var raw = JSON.stringify({
  mobileNumber: "+4479051337665",
  name: "new contact",
  status: "Presubscribed",
  apiAccountId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
});
var requestOptions = {
  method: "POST",
  headers: myHeaders,
  body: raw,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/contact", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
